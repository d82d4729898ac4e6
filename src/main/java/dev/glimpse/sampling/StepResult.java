package dev.glimpse.sampling;

import org.jspecify.annotations.Nullable;

/**
 * What one step gave; every array is [C, H, W] flattened, new, and the receiver's own.
 *
 * @param x state at time {@code step.nextT()}: the jump with its noise added
 * @param carried what the next step needs besides {@code x}: after an Euler step, the state half-way there; else empty
 * @param denoised g of the evaluation, the free preview
 * @param exactPreview G(x, t, sigma_min), when it was asked for
 * @param evaluations rows this step took in the forward: 1, or 2 with an exact preview that was not free
 */
public record StepResult(
        float[] x, float[] carried, float[] denoised, float @Nullable [] exactPreview, int evaluations) {}
