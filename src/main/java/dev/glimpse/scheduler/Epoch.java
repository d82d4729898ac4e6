package dev.glimpse.scheduler;

/** The scheduler's first time, from which others count, so that they compare as numbers though the clock may wrap. */
final class Epoch {
    private boolean begun;
    private long epochNanos;

    /** Has all times count from this one, unless they count from an earlier one already. */
    void start(long nowNanos) {
        if (!begun) {
            begun = true;
            epochNanos = nowNanos;
        }
    }

    /** The time since the scheduler's first; only after {@link #start}. */
    long since(long nanos) {
        return nanos - epochNanos;
    }
}
