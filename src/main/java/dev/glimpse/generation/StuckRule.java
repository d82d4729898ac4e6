package dev.glimpse.generation;

import java.time.Duration;

/**
 * When a forward is taken for one that never ends, and how many such a process bears.
 *
 * @param factor how many times longer than expected a forward may take; at least 1
 * @param floor how long any forward may take, whatever is expected; more than 0
 * @param maxHung threads at most that may hang while others take their place, as each keeps a copy of every model; a
 *     device beyond waits until one of them comes back
 */
public record StuckRule(double factor, Duration floor, int maxHung) {
    /** Every forward may take as long as it likes. */
    public static final StuckRule NONE = new StuckRule(1, Duration.ofNanos(Long.MAX_VALUE), 0);

    public StuckRule {
        if (!(factor >= 1)) {
            throw new IllegalArgumentException("factor: " + factor + " (expected: at least 1)");
        }
        if (floor.isZero() || floor.isNegative()) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: more than 0)");
        }
        if (maxHung < 0) {
            throw new IllegalArgumentException("maxHung: " + maxHung + " (expected: at least 0)");
        }
    }

    /**
     * How long a forward may take, in nanoseconds.
     *
     * @param expectedNanos what forwards like it take; 0 if that is not known yet
     */
    long patienceNanos(long expectedNanos) {
        return (long) Math.max(floor.toNanos(), factor * expectedNanos);
    }
}
