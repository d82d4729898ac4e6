package dev.glimpse.api.json;

import java.time.Duration;

/** When a request that was refused may succeed, in whole units: rounded up, as nobody should come back too early. */
public final class RetryHint {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private RetryHint() {}

    /** At least one. */
    public static long millis(Duration after) {
        return Math.max(1, after.plusNanos(NANOS_PER_MILLI - 1).toMillis());
    }

    /** At least one. */
    public static long seconds(Duration after) {
        return Math.max(1, after.plusNanos(NANOS_PER_SECOND - 1).toSeconds());
    }
}
