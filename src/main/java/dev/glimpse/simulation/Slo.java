package dev.glimpse.simulation;

/**
 * What a good answer is: its first picture within {@code factor} times the unloaded time of one step, and its last
 * within {@code factor} times the unloaded time of all steps that it asked for.
 *
 * @param factor more than 0
 * @param stepNanos unloaded time of one step
 */
public record Slo(double factor, double stepNanos) {
    public Slo {
        Arrival.require(factor > 0, "slo", factor, "more than 0");
    }

    /** Whether an answer with these times is good. */
    public boolean met(int steps, long firstNanos, long lastNanos) {
        return firstNanos <= factor * stepNanos && lastNanos <= factor * steps * stepNanos;
    }
}
