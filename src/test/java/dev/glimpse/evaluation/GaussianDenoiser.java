package dev.glimpse.evaluation;

import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.List;

/**
 * The exact denoiser of data from N(mean, std^2 I + (spike^2 - std^2) u u^T), where u is the direction of brightness:
 * g(x, t, t) = mean + S (S + t^2 I)^-1 (x - mean) with the data's covariance S. Isotropic where spike = std.
 *
 * @param spec extent of a picture and the times
 * @param mean of each value
 * @param std along every direction but u
 * @param spike standard deviation along u
 */
record GaussianDenoiser(ModelSpec spec, double mean, double std, double spike) implements DifferentiableDenoiser {
    static GaussianDenoiser of(int side, double mean, double std, double spike) {
        return new GaussianDenoiser(new ModelSpec(1, side, side, List.of(), 0.002, 80, 0.5, 7, true), mean, std, spike);
    }

    @Override
    public void denoise(JumpBatch batch, float[] v, float[] g, float[] products) {
        int dimension = spec.dimension();
        for (int row = 0; row < batch.rows(); row++) {
            double t = batch.t()[row];
            int from = row * dimension;
            for (int i = from; i < from + dimension; i++) {
                g[i] = batch.x()[i] - (float) mean;
            }
            shrink(g, g, from, t);
            for (int i = from; i < from + dimension; i++) {
                g[i] += (float) mean;
            }
            for (int probe = 0; probe < v.length; probe += batch.rows() * dimension) {
                shrink(v, products, probe + from, t);
            }
        }
    }

    /** S (S + t^2 I)^-1, which is its own transpose. */
    private void shrink(float[] in, float[] out, int from, double t) {
        int dimension = spec.dimension();
        double along = 0;
        for (int i = from; i < from + dimension; i++) {
            along += in[i] / (double) dimension;
        }
        double plain = std * std / (std * std + t * t);
        double spiked = spike * spike / (spike * spike + t * t);
        for (int i = from; i < from + dimension; i++) {
            out[i] = (float) (plain * (in[i] - along) + spiked * along);
        }
    }

    /** Log density in nats, at a point, of the data with noise of standard deviation sigma. */
    double logDensity(double[] x, double sigma) {
        int dimension = spec.dimension();
        double along = 0;
        double squares = 0;
        for (double value : x) {
            along += (value - mean) / Math.sqrt(dimension);
            squares += (value - mean) * (value - mean);
        }
        double plain = std * std + sigma * sigma;
        double spiked = spike * spike + sigma * sigma;
        return -0.5
                * (dimension * Math.log(2 * Math.PI)
                        + (dimension - 1) * Math.log(plain)
                        + Math.log(spiked)
                        + (squares - along * along) / plain
                        + along * along / spiked);
    }

    @Override
    public void close() {}
}
