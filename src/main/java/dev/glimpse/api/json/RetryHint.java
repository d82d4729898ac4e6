package dev.glimpse.api.json;

import dev.glimpse.generation.Failure;
import java.time.Duration;
import java.util.Optional;

/** When a request that was refused may succeed, in whole units: rounded up, as nobody should come back too early. */
public final class RetryHint {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private RetryHint() {}

    /** How long to wait after a failure; absent where waiting does not help, or nobody knows. */
    public static Optional<Duration> of(Failure failure) {
        if (failure instanceof Failure.Overloaded overloaded) {
            return Optional.of(overloaded.retryAfter());
        } else if (failure instanceof Failure.Unavailable unavailable) {
            return Optional.of(unavailable.retryAfter());
        } else if (failure instanceof Failure.QuotaExceeded quota) {
            return quota.retryAfter();
        }
        return Optional.empty();
    }

    /** At least one. */
    public static long millis(Duration after) {
        return Math.max(1, after.plusNanos(NANOS_PER_MILLI - 1).toMillis());
    }

    /** At least one. */
    public static long seconds(Duration after) {
        return Math.max(1, after.plusNanos(NANOS_PER_SECOND - 1).toSeconds());
    }
}
