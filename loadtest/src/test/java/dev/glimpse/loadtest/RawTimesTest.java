package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.loadtest.Answer.End;
import dev.glimpse.loadtest.Answer.Frame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawTimesTest {
    private static final Map<Integer, Double> MILLIS = Map.of(4, 10.0, 8, 18.0);
    private static final RawTimes RAW = new RawTimes(MILLIS, 1);

    @TempDir
    private Path directory;

    @Test
    void sizesBetweenMeasuredOnesLieOnTheLineBetweenThem() {
        assertThat(RAW.millis(4)).isEqualTo(MILLIS.get(4));
        assertThat(RAW.millis(6)).isEqualTo((MILLIS.get(4) + MILLIS.get(8)) / 2);
        assertThat(RAW.millis(16)).isEqualTo(2 * MILLIS.get(8));
        assertThat(RAW.millis(2)).isEqualTo(MILLIS.get(4) / 2);
    }

    @Test
    void paddedForwardsTakeTheTimeOfTheNextSizeThatWasMeasured() {
        assertThat(RAW.paddedMillis(3)).isEqualTo(MILLIS.get(4));
        assertThat(RAW.paddedMillis(5)).isEqualTo(MILLIS.get(8));
        assertThat(RAW.paddedMillis(16)).isEqualTo(RAW.millis(16));
    }

    @Test
    void aServerThatDoesNothingButItsForwardsIsFullyEfficient() {
        Summary summary = busy(8, MILLIS.get(8));

        assertThat(RAW.efficiency(summary.work().rows(), summary.workSeconds())).isCloseTo(1, within(1e-9));
        assertThat(RAW.forwardEfficiency(summary.work().rows(), summary.workSeconds()))
                .isCloseTo(1, within(1e-9));
        assertThat(new RawTimes(MILLIS, 2).efficiency(summary.work().rows(), summary.workSeconds()))
                .isCloseTo(0.5, within(1e-9));
    }

    @Test
    void paddingIsLostToTheEvaluationsAndNotToTheForwards() {
        Summary summary = busy(6, MILLIS.get(8));

        assertThat(RAW.forwardEfficiency(summary.work().rows(), summary.workSeconds()))
                .isCloseTo(1, within(1e-9));
        assertThat(RAW.efficiency(summary.work().rows(), summary.workSeconds()))
                .isCloseTo(RAW.millis(6) / MILLIS.get(8), within(1e-9));
    }

    /** A hundred forwards of so many rows, one after the other. */
    private static Summary busy(int rows, double millis) {
        int forwards = 100;
        long spanNanos = Math.round(forwards * millis * 1e6);
        long nfe = (long) rows * forwards;
        List<Frame> frames = List.of(new Frame(spanNanos, 0, 1, rows, nfe, Math.round(millis * 1000)));
        Answer.Times times = new Answer.Times(0, OptionalLong.of(0), OptionalLong.of(spanNanos), spanNanos);
        Answer answer =
                new Answer(Arrival.plain(0, 1, Preview.NONE), End.FINISHED, "", times, nfe, 0, false, false, frames);
        Slo slo = new Slo(3, Map.of(1, spanNanos));
        return Summary.of(List.of(answer), slo, 0, spanNanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"results\": [{}]}",
                "{\"results\": []}",
                "{\"results\": 3}",
                "{\"results\": [3]}",
                "{\"results\": [{\"rows\": 4, \"emitted_ms\": null}]}",
                "{\"results\": [{\"rows\": 4, \"emitted_ms\": {}}]}",
                "{\"results\": [{\"rows\": \"four\", \"emitted_ms\": 1}]}",
                "[]",
                "",
            })
    void anotherFileIsRefused(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("other.json"), text);

        assertThatThrownBy(() -> RawTimes.read(file, 1))
                .hasMessage("--raw: " + file + " (expected: the output of glimpse bench --json)");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Path file = Files.write(directory.resolve("packed.json"), new byte[] {0x1f, (byte) 0x8b});

        assertThatThrownBy(() -> RawTimes.read(file, 1))
                .hasMessage("--raw: " + file + " (expected: the output of glimpse bench --json)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-4 | 1 | rows: -4 (expected: at least 1)",
                "4 | -1 | emitted_ms: -1.0 (expected: more than 0)",
                "4 | 0 | emitted_ms: 0.0 (expected: more than 0)",
            })
    void aForwardThatCannotHaveBeenIsRefused(int rows, double millis, String complaint) throws Exception {
        String text = "{\"results\": [{\"rows\": " + rows + ", \"emitted_ms\": " + millis + "}]}";
        Path file = Files.writeString(directory.resolve("bench.json"), text);

        assertThatThrownBy(() -> RawTimes.read(file, 1)).hasMessage("--raw: " + file + ", " + complaint);
    }
}
