package dev.glimpse.observability;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a request has been paused by its client, which is none of the server's time. Safe to use from any thread.
 */
final class Pauses {
    private final LongSupplier nanoTime;
    private long beforeNanos;
    private long sinceNanos;
    private boolean now;

    /** @param nanoTime monotonic clock, in nanoseconds */
    Pauses(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A pause begins, unless one goes on. */
    synchronized void begin() {
        if (!now) {
            now = true;
            sinceNanos = nanoTime.getAsLong();
        }
    }

    /** It ends, if there is one. */
    synchronized void end() {
        beforeNanos = total().toNanos();
        now = false;
    }

    /** Whether it is paused now. */
    synchronized boolean now() {
        return now;
    }

    /** All of them together, until now. */
    synchronized Duration total() {
        return Duration.ofNanos(now ? beforeNanos + nanoTime.getAsLong() - sinceNanos : beforeNanos);
    }
}
