package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.glimpse.image.Curve;
import dev.glimpse.training.LossNames;
import dev.glimpse.training.TrainingListener.Statistics;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
    @TempDir
    Path directory;

    /** A step whose gradients are not finite is left out of the run, and its numbers out of every mean. */
    @Test
    void stepThatIsNotFiniteLeavesTheFileJson() throws IOException {
        TrainingLog log = TrainingLog.open(file());
        log.append(step(1, 0.5));
        log.append(step(2, Double.NaN));
        log.append(step(3, 0.25));

        for (String line : Files.readAllLines(file())) {
            try (JsonReader strict = new JsonReader(new StringReader(line))) {
                strict.setStrictness(Strictness.STRICT);
                strict.skipValue();
                assertThat(strict.peek()).isEqualTo(JsonToken.END_DOCUMENT);
            }
        }
        JsonObject summary = log.summary(3);
        assertThat(summary.get(LossNames.CTM).getAsDouble()).isCloseTo(0.375, within(1e-12));
        assertThat(points(log, 3)).containsExactly(0.5, 0.25);
    }

    @Test
    void ofStepsThatWereTakenTwiceTheLaterCount() throws IOException {
        appendAll(1, 7, 1);
        appendAll(6, 8, 2);
        appendAll(4, 5, 3);

        TrainingLog log = TrainingLog.open(file());
        assertThat(points(log, 5)).containsExactly(1.0, 1.0, 1.0, 3.0, 3.0);
        assertThat(log.summary(5).get("mean_over_last_steps").getAsInt()).isEqualTo(5);
        assertThat(log.summary(5).get(LossNames.CTM).getAsDouble()).isCloseTo(9 / 5.0, within(1e-12));
    }

    @Test
    void linesBeyondTheLastCheckpointCountAsNone() throws IOException {
        appendAll(1, 7, 1);

        TrainingLog log = TrainingLog.open(file());
        assertThat(log.summary(5).get("mean_over_last_steps").getAsInt()).isEqualTo(5);
        assertThat(points(log, 5)).hasSize(5);
    }

    /** What it told once is what it needs to know, at any later checkpoint of a long run. */
    @Test
    void fileIsReadOnce() throws IOException {
        appendAll(1, 4, 1);
        TrainingLog log = TrainingLog.open(file());
        log.append(step(5, 6));
        Files.delete(file());

        assertThat(log.summary(5).get(LossNames.CTM).getAsDouble()).isCloseTo(2, within(1e-12));
        assertThat(points(log, 5)).containsExactly(1.0, 1.0, 1.0, 1.0, 6.0);
    }

    private void appendAll(int first, int last, double loss) throws IOException {
        TrainingLog log = TrainingLog.open(file());
        for (int step = first; step <= last; step++) {
            log.append(step(step, loss));
        }
    }

    private Path file() {
        return directory.resolve("statistics.jsonl");
    }

    private static List<Double> points(TrainingLog log, int step) {
        Curve curve = log.curves(step).stream()
                .filter(c -> c.name().equals(LossNames.CTM))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(curve.y()).boxed().toList();
    }

    private static Statistics step(int step, double loss) {
        return new Statistics(step, 10, Map.of(LossNames.CTM, loss), loss, 1e-3, 8L * step, 1_000_000, 1000, Map.of());
    }
}
