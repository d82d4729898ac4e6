package dev.glimpse.simulation;

import dev.glimpse.scheduler.SchedulerSettings;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How long forwards take: {@code a + b x rows} for at least the smallest number of rows, times a factor that was
 * measured now and then.
 *
 * @param aNanos what a forward costs whatever its size; at least 0
 * @param bNanos what each row costs; more than 0
 * @param minRows rows of the smallest forward, which every other one is padded to a multiple of
 * @param overheadNanos what passes between the end of a forward and the start of the next; at least 0
 * @param factors how much longer than said forwards take, and when
 */
public record ForwardTimes(double aNanos, double bNanos, int minRows, long overheadNanos, Factors factors) {
    public ForwardTimes {
        Arrival.require(aNanos >= 0, "a", aNanos, "at least 0");
        Arrival.require(bNanos > 0, "b", bNanos, "more than 0");
        Arrival.require(overheadNanos >= 0, "overhead", overheadNanos, "at least 0");
    }

    /** Forwards that always take what the line says. */
    public static ForwardTimes exact(double aNanos, double bNanos, int minRows) {
        return new ForwardTimes(aNanos, bNanos, minRows, 0, new Factors(new TreeMap<>(Map.of(0L, 1.0))));
    }

    /** Positive factors around 1, each from a time on. */
    public static final class Factors {
        private final NavigableMap<Long, Double> fromNanos;

        /** @param fromNanos factors by the times from which on they hold, counted from the start; at least one */
        public Factors(NavigableMap<Long, Double> fromNanos) {
            if (fromNanos.isEmpty()) {
                throw new IllegalArgumentException("factors: none (expected: at least one)");
            }
            this.fromNanos = new TreeMap<>(fromNanos);
        }

        double at(long nowNanos) {
            Map.Entry<Long, Double> entry = fromNanos.floorEntry(nowNanos);
            return entry == null ? fromNanos.firstEntry().getValue() : entry.getValue();
        }
    }

    /** T(B) in nanoseconds. */
    public double nanos(int rows) {
        return aNanos + bNanos * SchedulerSettings.padded(rows, minRows);
    }

    /** Evaluations a nanosecond that so many devices do in full forwards. */
    double fullRate(int devices, int maxRows) {
        return devices * maxRows / (nanos(maxRows) + overheadNanos);
    }
}
