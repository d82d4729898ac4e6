package dev.glimpse.simulation;

/** What a good answer is. Who asked for no picture before the last is held to the time of that one alone. */
public sealed interface Slo {
    /**
     * Whether an answer with these times is good.
     *
     * @param asked the request
     * @param firstNanos from the arrival to the first picture
     * @param lastNanos from the arrival to the last picture
     */
    boolean met(Arrival asked, long firstNanos, long lastNanos);

    /** Longest time to the last picture of a good answer to a request of so many steps. */
    long longestNanos(int steps);

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
        public boolean met(Arrival asked, long firstNanos, long lastNanos) {
            boolean first = asked.preview() == Preview.NONE || firstNanos <= factor * stepNanos;
            return first && lastNanos <= factor * asked.steps() * stepNanos;
        }

        @Override
        public long longestNanos(int steps) {
            return Math.round(factor * steps * stepNanos);
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
        public boolean met(Arrival asked, long firstNanos, long lastNanos) {
            boolean first = asked.preview() == Preview.NONE || firstNanos <= longestFirstNanos;
            return first && lastNanos <= longestLastNanos;
        }

        @Override
        public long longestNanos(int steps) {
            return longestLastNanos;
        }
    }
}
