package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.glimpse.training.Terms;
import dev.glimpse.training.TrainingListener.Statistics;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
    @TempDir
    Path directory;

    /** A step whose gradients are not finite is left out of the run, and its numbers out of every mean. */
    @Test
    void stepThatIsNotFiniteLeavesTheFileJson() throws IOException {
        TrainingLog log = TrainingLog.open(directory.resolve("statistics.jsonl"));
        log.append(step(1, 0.5));
        log.append(step(2, Double.NaN));
        log.append(step(3, 0.25));

        for (String line : Files.readAllLines(log.file())) {
            try (JsonReader strict = new JsonReader(new StringReader(line))) {
                strict.setStrictness(Strictness.STRICT);
                strict.skipValue();
                assertThat(strict.peek()).isEqualTo(JsonToken.END_DOCUMENT);
            }
        }
        JsonObject summary = log.summary(3);
        assertThat(summary.get(Terms.CTM).getAsDouble()).isCloseTo(0.375, within(1e-12));
        assertThat(log.curves()).anySatisfy(curve -> {
            assertThat(curve.name()).isEqualTo(Terms.CTM);
            assertThat(Arrays.stream(curve.y()).boxed()).containsExactly(0.5, 0.25);
        });
    }

    private static Statistics step(int step, double loss) {
        return new Statistics(step, 10, Map.of(Terms.CTM, loss), loss, 1e-3, 8L * step, 1_000_000, 1000);
    }
}
