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
    void aServerThatDoesNothingButItsForwardsIsFullyEfficient() {
        int forwards = 100;
        long spanNanos = Math.round(forwards * MILLIS.get(8) * 1e6);
        List<Frame> frames = List.of(new Frame(spanNanos, 8, 8L * forwards, 18_000));
        Answer.Times times = new Answer.Times(0, OptionalLong.of(0), OptionalLong.of(spanNanos), spanNanos);
        Answer answer =
                new Answer(Arrival.plain(0, 1, Preview.NONE), End.FINISHED, "", times, 8L * forwards, 0, frames);
        Slo slo = new Slo(3, Map.of(1, spanNanos));
        double seconds = spanNanos / (double) TimeUnit.SECONDS.toNanos(1);

        assertThat(RAW.efficiency(Summary.of(List.of(answer), slo, 0, seconds))).isCloseTo(1, within(1e-9));
        assertThat(new RawTimes(MILLIS, 2).efficiency(Summary.of(List.of(answer), slo, 0, seconds)))
                .isCloseTo(0.5, within(1e-9));
    }

    @Test
    void anotherFileIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("other.json"), "{\"results\": [{}]}");

        assertThatThrownBy(() -> RawTimes.read(file, 1))
                .hasMessage("--raw: " + file + " (expected: the output of glimpse bench --json)");
    }
}
