package dev.glimpse.model;

import java.util.Optional;

/**
 * A trained consistency trajectory model, ready to evaluate on one device.
 *
 * <p>Confined to the thread that uses it: evaluations are synchronous and one at a time.
 */
public interface CtmModel extends AutoCloseable {
    ModelSpec spec();

    /**
     * Evaluates g(x, t, s) (CTM paper) for every row in one forward.
     *
     * @param batch the rows; not kept after the call
     * @param g receives [B, C, H, W] flattened, nominally in [-1, 1] but never clipped
     * @throws IllegalArgumentException if the model gives no numbers for a row's times: t not above 0, s = 0 where its
     *     conditioning is the logarithm of s, or s other than t where it doesn't {@linkplain ModelSpec#jumps jump}
     */
    void denoise(JumpBatch batch, float[] g);

    /**
     * The same network, with the same weights, as a denoiser whose derivative can be taken; empty if it cannot. Used on
     * the thread of this model, and closed before it.
     */
    default Optional<DifferentiableDenoiser> differentiable() {
        return Optional.empty();
    }

    @Override
    void close();
}
