package dev.glimpse.simulation;

/** What a good answer is. */
public sealed interface Slo {
    /**
     * Whether an answer with these times is good.
     *
     * @param steps of each trajectory, as the request asked for them
     * @param firstNanos from the arrival to the first picture
     * @param lastNanos from the arrival to the last picture
     */
    boolean met(int steps, long firstNanos, long lastNanos);

    /**
     * The first picture within {@code factor} times the unloaded time of one step, and the last within {@code factor}
     * times the unloaded time of all steps that the request asked for.
     *
     * @param factor more than 0
     * @param stepNanos unloaded time of one step
     */
    record Relative(double factor, double stepNanos) implements Slo {
        public Relative {
            Arrival.require(factor > 0, "slo", factor, "more than 0");
        }

        @Override
        public boolean met(int steps, long firstNanos, long lastNanos) {
            return firstNanos <= factor * stepNanos && lastNanos <= factor * steps * stepNanos;
        }
    }

    /**
     * Both pictures within fixed times, whatever was asked for.
     *
     * @param longestFirstNanos for the first picture; more than 0
     * @param longestLastNanos for the last picture; more than 0
     */
    record Within(long longestFirstNanos, long longestLastNanos) implements Slo {
        public Within {
            Arrival.require(longestFirstNanos > 0, "first", longestFirstNanos, "more than 0");
            Arrival.require(longestLastNanos > 0, "last", longestLastNanos, "more than 0");
        }

        @Override
        public boolean met(int steps, long firstNanos, long lastNanos) {
            return firstNanos <= longestFirstNanos && lastNanos <= longestLastNanos;
        }
    }
}
