package dev.glimpse.simulation;

import dev.glimpse.scheduler.JobTerms;

/**
 * A request that reaches the server.
 *
 * @param atMicros when, counted from the start; at least 0
 * @param steps steps of each trajectory; at least 1
 * @param samples trajectories; at least 1
 * @param preview pictures before the end
 * @param reads whether its client takes previews as fast as they come
 * @param deadlineMicros how long the client waits; 0 for as long as the server lets it
 * @param leavesMicros when the client goes away, counted from its arrival; 0 for never
 * @param terms rank, tenant, weight and whether fewer steps are welcome
 */
public record Arrival(
        long atMicros,
        int steps,
        int samples,
        Preview preview,
        boolean reads,
        long deadlineMicros,
        long leavesMicros,
        JobTerms terms) {
    /** As nanoseconds, two of them and what may be added to them are still numbers. */
    private static final long LONGEST_MICROS = Long.MAX_VALUE / 4000;

    public Arrival {
        requireTime("at_us", atMicros);
        require(steps >= 1 && steps <= 10_000, "steps", steps, "1..10000");
        require(samples >= 1 && samples <= 100_000, "samples", samples, "1..100000");
        requireTime("deadline_us", deadlineMicros);
        requireTime("leaves_us", leavesMicros);
    }

    private static void requireTime(String name, long micros) {
        require(micros >= 0 && micros <= LONGEST_MICROS, name, micros, "0.." + LONGEST_MICROS);
    }

    /** A request of one picture by nobody in particular, whose client stays and reads. */
    static Arrival plain(long atMicros, int steps, Preview preview) {
        return new Arrival(atMicros, steps, 1, preview, true, 0, 0, JobTerms.NONE);
    }

    /** Evaluations that it asks for, previews included. */
    long nfe() {
        return (long) samples * preview.nfe(steps);
    }

    static void require(boolean holds, String name, Number value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
