package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationSettingsTest {
    @Test
    void queueTooShortForTheLargestRequestIsRefused() {
        SchedulerSettings scheduling = new SchedulerSettings(1, 4, 15, 511, 0.5, 1, 50);
        assertThatThrownBy(() -> new GenerationSettings(
                        Settings.LIMITS,
                        scheduling,
                        "cpu",
                        1,
                        1,
                        Duration.ZERO,
                        16,
                        Settings.of(1).resume(),
                        new SessionSettings(1, 0),
                        0,
                        StuckRule.NONE))
                .hasMessage("maxQueuedNfe: 511 (expected: at least 512, twice the 256 evaluations that one request may"
                        + " ask for)");
    }

    @Test
    void catalogHoldsAVersionOnce() {
        GaussianEngine engine = new GaussianEngine();
        assertThatThrownBy(() -> new ModelCatalog(List.of(engine.source("a", "1"), engine.source("a", "1"))))
                .hasMessage("models: a/1 twice (expected: once)");
        assertThatThrownBy(() -> new ModelCatalog(List.of())).hasMessage("models: none (expected: at least one)");
    }
}
