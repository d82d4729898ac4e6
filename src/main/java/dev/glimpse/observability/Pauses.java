package dev.glimpse.observability;

import java.time.Duration;

/**
 * How long a request has been paused by its client, which is none of the server's time. Safe to use from any thread;
 * times are nanoseconds of one monotonic clock.
 */
final class Pauses {
    private final long overNanos;
    private final long slackNanos;
    private long beforeNanos;
    private long sinceNanos;
    private boolean now;
    private boolean whenOver;

    /**
     * None yet.
     *
     * @param overNanos when the request's time is over
     * @param slack by how much that may seem early
     */
    Pauses(long overNanos, Duration slack) {
        this.overNanos = overNanos;
        this.slackNanos = slack.toNanos();
    }

    /** A pause begins, unless one goes on; whether it does. */
    synchronized boolean begin(long nowNanos) {
        if (now) {
            return false;
        }
        now = true;
        sinceNanos = nowNanos;
        return true;
    }

    /** It ends, if there is one; whether there was. */
    synchronized boolean end(long nowNanos) {
        if (!now) {
            return false;
        }
        whenOver |= beganInTime() && nowNanos - overNanos >= -slackNanos;
        beforeNanos += nowNanos - sinceNanos;
        now = false;
        return true;
    }

    /** Whether the request was paused when its time was over; if that is not yet, whether it is now. */
    synchronized boolean whenOver() {
        return whenOver || now && beganInTime();
    }

    private boolean beganInTime() {
        return sinceNanos - overNanos <= 0;
    }

    /** All of them together, until now. */
    synchronized Duration total(long nowNanos) {
        return Duration.ofNanos(now ? beforeNanos + nowNanos - sinceNanos : beforeNanos);
    }
}
