package dev.glimpse.generation;

import dev.glimpse.model.JumpBatch;

/**
 * One evaluation of a model's denoiser with derivatives, for a device to run; its results are written where it says.
 *
 * @param modelId the model's "name/version"
 * @param batch the rows
 * @param v vectors, [K, B, C, H, W] flattened
 * @param g receives the denoised rows
 * @param products receives J^T v
 */
record DerivativeOrder(String modelId, JumpBatch batch, float[] v, float[] g, float[] products) {

    /** What became of an order. */
    sealed interface Outcome {
        /** The results are there. */
        record Done(long durationNanos) implements Outcome {}

        /** The model has no derivatives. */
        record Unsupported() implements Outcome {}

        /** The evaluation failed. */
        record Broken(Throwable cause) implements Outcome {}
    }
}
