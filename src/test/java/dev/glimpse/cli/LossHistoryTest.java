package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.glimpse.image.Curve;
import dev.glimpse.training.LossNames;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
    private static final int STEPS = 600_000;

    @Test
    void longRunIsAsFewNumbersAsAShortOne() {
        LossHistory history = new LossHistory();
        for (int step = 1; step <= STEPS; step++) {
            history.add(line(step, step));
        }

        Curve curve = dsm(history);
        assertThat(curve.x().length).isBetween(400, 800);
        assertThat(curve.x()[0]).isZero();
        int stretch = (int) curve.x()[1];
        // The first point lacks step 0, and the last one ends with the run.
        assertThat(curve.y()[0]).isCloseTo(stretch / 2.0, within(1e-6));
        for (int i = 1; i < curve.x().length - 1; i++) {
            assertThat(curve.x()[i]).isEqualTo(i * stretch);
            assertThat(curve.y()[i]).isCloseTo(i * stretch + (stretch - 1) / 2.0, within(1e-6));
        }
        int last = curve.x().length - 1;
        assertThat(curve.y()[last]).isCloseTo((curve.x()[last] + STEPS) / 2, within(1e-6));
        JsonObject summary = history.summary();
        assertThat(summary.get("mean_over_last_steps").getAsInt()).isEqualTo(100);
        assertThat(summary.get(LossNames.DSM).getAsDouble()).isCloseTo(STEPS - 49.5, within(1e-6));
        assertThat(summary.get("seconds").getAsLong()).isEqualTo(STEPS / 4);
    }

    @Test
    void shortRunKeepsEveryStep() {
        LossHistory history = new LossHistory();
        for (int step = 1; step < 800; step++) {
            history.add(line(step, step));
        }

        assertThat(dsm(history).x()).hasSize(799).startsWith(1, 2, 3);
        assertThat(dsm(history).y()).isEqualTo(dsm(history).x());
    }

    private static Curve dsm(LossHistory history) {
        return history.curves().stream()
                .filter(curve -> curve.name().equals(LossNames.DSM))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject line(int step, double loss) {
        JsonObject line = new JsonObject();
        line.addProperty("step", step);
        line.addProperty(LossNames.DSM, loss);
        line.addProperty("seconds", 0.25);
        return line;
    }
}
