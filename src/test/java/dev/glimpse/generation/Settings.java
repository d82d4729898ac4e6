package dev.glimpse.generation;

import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.Set;

/** Settings for tests. */
final class Settings {
    static final GenerationLimits LIMITS = new GenerationLimits(64, 16, 256, Duration.ofSeconds(60));

    /** The same for every core, so that one goes on where another stopped. */
    private static final ResumeKeys KEYS = ResumeKeys.ofThisProcess();

    private Settings() {}

    static GenerationSettings of(int devices) {
        return of(devices, Duration.ofSeconds(10));
    }

    /** Settings by which a request may run until its deadline has passed, whatever can be expected of it. */
    static GenerationSettings withoutForesight() {
        GenerationSettings s = of(1);
        return new GenerationSettings(
                s.limits(),
                s.scheduling()
                        .without(Policy.DEADLINE_ADMISSION, Policy.GIVE_UP, Policy.SHORTENING, Policy.QUEUE_GUARD),
                s.device(),
                s.encoders(),
                s.framesPerSample(),
                s.drainGrace(),
                s.freeRows(),
                s.resume(),
                s.sessions(),
                0,
                StuckRule.NONE);
    }

    /** Settings by which a device keeps the requests that it has begun until the last of them is done. */
    static GenerationSettings wholeRequests(int devices) {
        return of(
                new SchedulerSettings(devices, 4, 15, 512, 0.5, 1_000_000_000L, 50).with(Batching.REQUEST, Set.of()),
                Duration.ofSeconds(10),
                0);
    }

    static GenerationSettings of(int devices, Duration drainGrace) {
        return of(devices, drainGrace, 0);
    }

    static GenerationSettings cached(long bytes) {
        return of(1, Duration.ofSeconds(10), bytes);
    }

    static GenerationSettings withoutStates() {
        return with(of(1), new SessionSettings(4, 0), StuckRule.NONE);
    }

    /** Settings by which what does not end is given up. */
    static GenerationSettings impatient(int devices, StuckRule rule) {
        GenerationSettings s = of(devices);
        return with(s, s.sessions(), rule);
    }

    private static GenerationSettings with(GenerationSettings s, SessionSettings sessions, StuckRule rule) {
        return new GenerationSettings(
                s.limits(),
                s.scheduling(),
                s.device(),
                s.encoders(),
                s.framesPerSample(),
                s.drainGrace(),
                s.freeRows(),
                s.resume(),
                sessions,
                s.cacheBytes(),
                rule);
    }

    /** Settings by which everybody waits for all who came before, and is refused if that is too long. */
    static GenerationSettings inTurn() {
        return of(
                new SchedulerSettings(1, 4, 32, 10_000, 0.5, 1_000_000_000L, 50)
                        .with(Batching.STEP, Set.of(Policy.DEADLINE_ADMISSION)),
                Duration.ofSeconds(10),
                0);
    }

    /** Settings by which a device takes up to 32 rows, and many wait for it. */
    static GenerationSettings roomy() {
        return of(new SchedulerSettings(1, 4, 32, 10_000, 0.5, 1_000_000_000L, 50), Duration.ofSeconds(10), 0);
    }

    private static GenerationSettings of(int devices, Duration drainGrace, long cacheBytes) {
        return of(new SchedulerSettings(devices, 4, 15, 512, 0.5, 1_000_000_000L, 50), drainGrace, cacheBytes);
    }

    private static GenerationSettings of(SchedulerSettings scheduling, Duration drainGrace, long cacheBytes) {
        return new GenerationSettings(
                LIMITS,
                scheduling,
                "fake",
                2,
                2,
                drainGrace,
                32,
                new ResumeSettings(KEYS, Duration.ofMinutes(1)),
                new SessionSettings(4, 1 << 20),
                cacheBytes,
                StuckRule.NONE);
    }
}
