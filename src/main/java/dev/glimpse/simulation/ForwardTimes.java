package dev.glimpse.simulation;

import dev.glimpse.math.NoiseStream;

/**
 * How long forwards take: {@code a + b x rows} for at least the smallest number of rows, times a factor that was
 * measured now and then.
 *
 * @param aNanos what a forward costs whatever its size; at least 0
 * @param bNanos what each row costs; more than 0
 * @param minRows rows that even the smallest forward costs
 * @param overheadNanos what passes between the end of a forward and the start of the next; at least 0
 * @param factors how much longer than said forwards took, one of which is drawn for each; at least one
 */
public record ForwardTimes(double aNanos, double bNanos, int minRows, long overheadNanos, Factors factors) {
    public ForwardTimes {
        Arrival.require(aNanos >= 0, "a", aNanos, "at least 0");
        Arrival.require(bNanos > 0, "b", bNanos, "more than 0");
        Arrival.require(overheadNanos >= 0, "overhead", overheadNanos, "at least 0");
    }

    /** Forwards that always take what the line says. */
    public static ForwardTimes exact(double aNanos, double bNanos, int minRows) {
        return new ForwardTimes(aNanos, bNanos, minRows, 0, new Factors(1));
    }

    /** Positive factors around 1. */
    public static final class Factors {
        private final double[] values;

        public Factors(double... values) {
            if (values.length == 0) {
                throw new IllegalArgumentException("factors: none (expected: at least one)");
            }
            this.values = values.clone();
        }

        double draw(long seed, int forward) {
            return values.length == 1
                    ? values[0]
                    : values[(int) (NoiseStream.uniform(seed, 0, 1, forward) * values.length)];
        }
    }

    /** T(B) in nanoseconds. */
    public double nanos(int rows) {
        return aNanos + bNanos * Math.max(minRows, rows);
    }
}
