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
     * @param dsm denoising score matching loss
     * @param ctm consistency trajectory loss; 0 in the first stage
     * @param lambda adaptive weight of the denoising loss
     * @param gradientNorm L2 norm over all parameters
     * @param rate learning rate
     * @param pictures seen so far
     * @param nanos duration of the step
     */
    record Statistics(
            int step,
            int steps,
            double dsm,
            double ctm,
            double lambda,
            double gradientNorm,
            double rate,
            long pictures,
            long nanos) {}
}
