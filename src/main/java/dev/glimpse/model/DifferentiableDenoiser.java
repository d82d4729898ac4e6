package dev.glimpse.model;

/**
 * A denoiser g(x, t, t) whose derivative with respect to x can be taken: what likelihoods are computed from.
 *
 * <p>Confined to the thread that made it: evaluations are synchronous and one at a time.
 */
public interface DifferentiableDenoiser extends AutoCloseable {
    ModelSpec spec();

    /**
     * Evaluates g(x, t, s) for every row in one forward, and J^T v for any number of vectors v, where J is the row's
     * Jacobian dg/dx.
     *
     * @param batch the rows; s = t for the denoiser; not kept after the call
     * @param v [K, B, C, H, W] flattened: K vectors for each of the batch's B rows; K may be 0
     * @param g receives [B, C, H, W] flattened
     * @param products receives J^T v, [K, B, C, H, W] flattened
     */
    void denoise(JumpBatch batch, float[] v, float[] g, float[] products);

    @Override
    void close();
}
