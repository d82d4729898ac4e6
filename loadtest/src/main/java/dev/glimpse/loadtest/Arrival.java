package dev.glimpse.loadtest;

/**
 * A request that is due at a fixed time. Only its rank and weight have no place on the wire: a server knows both by the
 * tenant's key.
 *
 * @param atMicros when, counted from the start; at least 0
 * @param steps steps of each picture; 1..10000
 * @param samples pictures; 1..100000
 * @param preview pictures before the end
 * @param reads whether its client takes frames as fast as they come
 * @param deadlineMicros how long the client waits; 0 for as long as the run's timeout
 * @param leavesMicros when the client goes away, counted from its arrival; 0 for never
 * @param rank word that says how urgent it is, as a simulation knows it
 * @param tenant who sends it; empty for nobody in particular
 * @param weight the tenant's share, as a simulation knows it
 * @param flexible whether fewer steps are welcome
 */
public record Arrival(
        long atMicros,
        int steps,
        int samples,
        Preview preview,
        boolean reads,
        long deadlineMicros,
        long leavesMicros,
        String rank,
        String tenant,
        double weight,
        boolean flexible) {
    public Arrival {
        require(atMicros >= 0, "at_us", atMicros, "at least 0");
        require(steps >= 1 && steps <= 10_000, "steps", steps, "1..10000");
        require(samples >= 1 && samples <= 100_000, "samples", samples, "1..100000");
        require(deadlineMicros >= 0, "deadline_us", deadlineMicros, "at least 0");
        require(leavesMicros >= 0, "leaves_us", leavesMicros, "at least 0");
    }

    /** A request of one picture by nobody in particular, with a client that stays and reads. */
    static Arrival plain(long atMicros, int steps, Preview preview) {
        return new Arrival(atMicros, steps, 1, preview, true, 0, 0, "standard", "", 1, false);
    }

    /** The same, or the same at a later time, if it would be due before that. */
    Arrival notBefore(long micros) {
        return atMicros >= micros
                ? this
                : new Arrival(
                        micros,
                        steps,
                        samples,
                        preview,
                        reads,
                        deadlineMicros,
                        leavesMicros,
                        rank,
                        tenant,
                        weight,
                        flexible);
    }

    /** Whether its answer tells how the server does: the client reads all of it. */
    public boolean attentive() {
        return reads && leavesMicros == 0;
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
