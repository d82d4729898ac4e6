package dev.glimpse.model;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a model makes and between which times, whatever its architecture.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height of a picture in pixels
 * @param width of a picture in pixels
 * @param labels names of the classes by index; empty for a model without classes
 * @param sigmaMin smallest time, where a picture is finished
 * @param sigmaMax largest time, pure noise
 * @param sigmaData standard deviation of the data, for preconditioning
 * @param rho curvature of the Karras grid of times
 * @param jumps whether it jumps from any t to any s; false for a denoiser, which gives g(x, t, t) alone
 * @param lastJumpT where walks of a number of steps begin their last jump, between sigma_min and sigma_max; empty:
 *     where the Karras grid of all times has its last knot but one
 */
public record ModelSpec(
        int channels,
        int height,
        int width,
        List<String> labels,
        double sigmaMin,
        double sigmaMax,
        double sigmaData,
        double rho,
        boolean jumps,
        OptionalDouble lastJumpT) {
    /** Longest side of a picture in pixels, so that the values of one can be counted. */
    public static final int MAX_SIDE = 2048;

    public ModelSpec {
        labels = List.copyOf(labels);
        if (Math.min(height, width) < 1 || Math.max(height, width) > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "image size: " + height + " x " + width + " (expected: 1.." + MAX_SIDE + " each)");
        }
    }

    /** A model whose walks are all on the Karras grid. */
    public ModelSpec(
            int channels,
            int height,
            int width,
            List<String> labels,
            double sigmaMin,
            double sigmaMax,
            double sigmaData,
            double rho,
            boolean jumps) {
        this(channels, height, width, labels, sigmaMin, sigmaMax, sigmaData, rho, jumps, OptionalDouble.empty());
    }

    /** The same model, walked with its last jump from another time; empty: along the Karras grid of all times. */
    public ModelSpec withLastJump(OptionalDouble t) {
        return new ModelSpec(channels, height, width, labels, sigmaMin, sigmaMax, sigmaData, rho, jumps, t);
    }

    /** Values of one picture: channels x height x width. */
    public int dimension() {
        return channels * height * width;
    }
}
