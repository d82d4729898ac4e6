package dev.glimpse.sampling;

import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.List;

/**
 * The exact model of data whose every value is N(mean, std^2) with a mean for each class: the solution of its ODE is
 * G(x, t, s) = mean + sqrt((std^2 + s^2) / (std^2 + t^2)) (x - mean).
 */
final class GaussianModel implements CtmModel {
    static final ModelSpec SPEC = new ModelSpec(1, 16, 16, List.of("dark", "bright"), 0.002, 80, 0.5, 7, true);
    static final double STD = 0.4;
    private static final double[] MEANS = {-0.5, 0.25};

    @Override
    public ModelSpec spec() {
        return SPEC;
    }

    static double mean(int label) {
        return MEANS[label];
    }

    /** How much of the distance to the mean a jump leaves. */
    static double shrinking(double t, double s) {
        return Math.sqrt((STD * STD + s * s) / (STD * STD + t * t));
    }

    @Override
    public void denoise(JumpBatch batch, float[] g) {
        int dimension = SPEC.dimension();
        for (int row = 0; row < batch.rows(); row++) {
            double t = batch.t()[row];
            double s = batch.s()[row];
            double mean = mean(batch.labels()[row]);
            // Of G = (s/t) x + (1 - s/t) g, solved for g; at s = t the denoiser, which is its limit.
            double slope = s < t ? (shrinking(t, s) - s / t) / (1 - s / t) : STD * STD / (STD * STD + t * t);
            double offset = s < t ? mean * (1 - shrinking(t, s)) / (1 - s / t) : mean * (1 - slope);
            for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                g[i] = (float) (offset + slope * batch.x()[i]);
            }
        }
    }

    @Override
    public void close() {}
}
