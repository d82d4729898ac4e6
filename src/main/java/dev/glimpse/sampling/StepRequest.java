package dev.glimpse.sampling;

import dev.glimpse.math.Step;

/**
 * One trajectory's next step, as data.
 *
 * @param x state at time {@code step.t()}, [C, H, W] flattened; read only
 * @param carried what the step before handed on in {@link StepResult#carried}; empty before the first; read only
 * @param step the evaluation, and the noise after or before it
 * @param label class index, or {@link dev.glimpse.model.JumpBatch#NO_LABEL}
 * @param seed noise key of the request
 * @param sample index of the trajectory in its request
 * @param stepIndex index of the step in the plan, 0 for the first: its noise is the stream's block {@code stepIndex +
 *     1}
 * @param exactPreview whether to evaluate G(x, t, sigma_min) as one more row; free when the step jumps there anyway
 * @param edit what is known of the picture, put into the state after the jump and before its noise
 */
public record StepRequest(
        float[] x,
        float[] carried,
        Step step,
        int label,
        long seed,
        int sample,
        int stepIndex,
        boolean exactPreview,
        Edit edit) {

    /** A step of a trajectory without an edit. */
    public StepRequest(
            float[] x,
            float[] carried,
            Step step,
            int label,
            long seed,
            int sample,
            int stepIndex,
            boolean exactPreview) {
        this(x, carried, step, label, seed, sample, stepIndex, exactPreview, Edit.NONE);
    }
}
