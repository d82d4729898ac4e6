package dev.glimpse.training;

import java.util.Map;

/** What a run tells while it goes on; called on the run's thread, which waits. */
public interface TrainingListener {
    /** A step was taken. */
    void stepped(Statistics statistics);

    /**
     * A checkpoint was written.
     *
     * @param step steps taken so far
     * @param average the moving average's weights, one float32 array per parameter name
     */
    void snapshot(int step, Map<String, float[]> average);

    /**
     * One step of a run in numbers.
     *
     * @param step steps taken so far, this one included
     * @param steps of the whole run
     * @param terms losses and adaptive weights by the names of {@link LossNames}; those the step had no part in are
     *     absent
     * @param gradientNorm L2 norm over all parameters
     * @param rate learning rate of what the step updated, the network or the critics
     * @param pictures seen so far
     * @param nanos duration of the step
     * @param waitNanos of it spent waiting for pictures
     * @param atBound share of the step's microbatches in which an adaptive weight is at a bound, by its name
     */
    record Statistics(
            int step,
            int steps,
            Map<String, Double> terms,
            double gradientNorm,
            double rate,
            long pictures,
            long nanos,
            long waitNanos,
            Map<String, Double> atBound) {
        public Statistics {
            terms = Map.copyOf(terms);
            atBound = Map.copyOf(atBound);
        }

        /** Pictures seen in each step. */
        public double picturesPerStep() {
            return (double) pictures / step;
        }
    }
}
