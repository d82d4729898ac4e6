package dev.glimpse.sampling;

import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.List;

/**
 * The exact model of data whose pixels are Gaussian with mean 0 and correlated in pairs: each pixel of the left half
 * with the one as far into the right half. Sum and difference of a pair have variances of their own, and a jump scales
 * each.
 */
final class GaussianPairs implements CtmModel {
    static final ModelSpec SPEC = new ModelSpec(1, 16, 16, List.of(), 0.002, 80, 0.5, 7, true);
    static final double STD = 0.4;
    static final double CORRELATION = 0.8;

    @Override
    public ModelSpec spec() {
        return SPEC;
    }

    static boolean isLeft(int i) {
        return i % SPEC.width() < SPEC.width() / 2;
    }

    /** G(x, t, s) of a pair's left pixel. */
    static double jump(double left, double right, double t, double s) {
        return (scale(CORRELATION, t, s) * (left + right) + scale(-CORRELATION, t, s) * (left - right)) / 2;
    }

    /**
     * What a jump makes of a pair's sum, with the correlation, or of its difference, with the correlation negative:
     * both are Gaussian and independent of each other.
     */
    static double scale(double correlation, double t, double s) {
        double variance = variance(correlation);
        return Math.sqrt((variance + s * s) / (variance + t * t));
    }

    /** What is left of the same by the denoiser g(x, t, t). */
    static double denoised(double correlation, double t) {
        return variance(correlation) / (variance(correlation) + t * t);
    }

    private static double variance(double correlation) {
        return STD * STD * (1 + correlation);
    }

    @Override
    public void denoise(JumpBatch batch, float[] g) {
        int half = SPEC.width() / 2;
        for (int i = 0; i < batch.rows() * SPEC.dimension(); i++) {
            double t = batch.t()[i / SPEC.dimension()];
            double s = batch.s()[i / SPEC.dimension()];
            double x = batch.x()[i];
            double twin = batch.x()[isLeft(i) ? i + half : i - half];
            // Of G = (s/t) x + (1 - s/t) g, solved for g; at s = t the denoiser, which is its limit.
            g[i] = (float)
                    (s < t
                            ? (jump(x, twin, t, s) - s / t * x) / (1 - s / t)
                            : (denoised(CORRELATION, t) * (x + twin) + denoised(-CORRELATION, t) * (x - twin)) / 2);
        }
    }

    @Override
    public void close() {}
}
