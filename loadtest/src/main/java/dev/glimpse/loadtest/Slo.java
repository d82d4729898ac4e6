package dev.glimpse.loadtest;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a good answer is: its first picture within {@code factor} times the unloaded time of one step, its last within
 * {@code factor} times the unloaded time of all its steps. Who asked for no picture before the last is held to the time
 * of that one alone, as in a simulation.
 *
 * @param factor more than 0
 * @param unloadedNanos unloaded times by steps; holds 1
 */
record Slo(double factor, Map<Integer, Long> unloadedNanos) {
    Slo {
        Arrival.require(factor > 0, "--slo", factor, "more than 0");
        unloadedNanos = Map.copyOf(unloadedNanos);
    }

    double firstNanos() {
        return factor * unloadedNanos.get(1);
    }

    /** Limit of the last picture; for steps that were not measured, in proportion to the nearest that were. */
    double lastNanos(int steps) {
        TreeMap<Integer, Long> known = new TreeMap<>(unloadedNanos);
        Map.Entry<Integer, Long> nearest = known.floorEntry(steps);
        return factor * nearest.getValue() * steps / nearest.getKey();
    }

    boolean met(Answer answer) {
        boolean first = answer.arrival().preview() == Preview.NONE
                || answer.times().first().orElse(Long.MAX_VALUE) <= firstNanos();
        return first
                && answer.end() == Answer.End.FINISHED
                && answer.times().end() <= lastNanos(answer.arrival().steps());
    }
}
