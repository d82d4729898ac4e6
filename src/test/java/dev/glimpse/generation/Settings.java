package dev.glimpse.generation;

import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;

/** Settings for tests. */
final class Settings {
    static final GenerationLimits LIMITS = new GenerationLimits(64, 16, 256, Duration.ofSeconds(60));

    private Settings() {}

    static GenerationSettings of(int devices) {
        return of(devices, Duration.ofSeconds(10));
    }

    static GenerationSettings of(int devices, Duration drainGrace) {
        SchedulerSettings scheduling = new SchedulerSettings(devices, 4, 15, 512, 0.5, 1_000_000_000L, 50);
        return new GenerationSettings(LIMITS, scheduling, "fake", 2, 1, drainGrace);
    }
}
