package dev.glimpse.access;

/** An allowance that refills steadily and holds at most a minute's worth. Not thread-safe. */
final class TokenBucket {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final double perMinute;
    private double tokens;
    private long lastNanos;

    TokenBucket(long perMinute, long nowNanos) {
        this.perMinute = perMinute;
        tokens = perMinute;
        lastNanos = nowNanos;
    }

    /** Nanoseconds until {@code amount} tokens are there; 0: they are; the most a long holds: never. */
    long waitNanos(double amount, long nowNanos) {
        refill(nowNanos);
        if (amount <= tokens) {
            return 0;
        }
        if (amount > perMinute) {
            return Long.MAX_VALUE;
        }
        return (long) Math.ceil((amount - tokens) / perMinute * NANOS_PER_MINUTE);
    }

    /** Takes tokens; what is used before it is paid for may leave fewer than none. */
    void take(double amount, long nowNanos) {
        refill(nowNanos);
        tokens -= amount;
    }

    void giveBack(double amount, long nowNanos) {
        refill(nowNanos);
        tokens = Math.min(perMinute, tokens + amount);
    }

    private void refill(long nowNanos) {
        tokens = Math.min(perMinute, tokens + (nowNanos - lastNanos) / NANOS_PER_MINUTE * perMinute);
        lastNanos = nowNanos;
    }
}
