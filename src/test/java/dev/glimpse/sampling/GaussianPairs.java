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
    static final ModelSpec SPEC = new ModelSpec(1, 16, 16, List.of(), 0.002, 80, 0.5, 7);
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

    private static double scale(double correlation, double t, double s) {
        double variance = STD * STD * (1 + correlation);
        return Math.sqrt((variance + s * s) / (variance + t * t));
    }

    @Override
    public void denoise(JumpBatch batch, float[] g) {
        int half = SPEC.width() / 2;
        for (int i = 0; i < batch.rows() * SPEC.dimension(); i++) {
            double t = batch.t()[i / SPEC.dimension()];
            double s = batch.s()[i / SPEC.dimension()];
            double x = batch.x()[i];
            double jumped = jump(x, batch.x()[isLeft(i) ? i + half : i - half], t, s);
            // Of G = (s/t) x + (1 - s/t) g, solved for g.
            g[i] = (float) ((jumped - s / t * x) / (1 - s / t));
        }
    }

    @Override
    public void close() {}
}
