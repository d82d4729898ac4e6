package dev.glimpse.model;

/**
 * A layer with a weight and a bias, as the network's definition names it.
 *
 * @param name key of its parameters without ".weight" or ".bias"
 * @param in input channels
 * @param out output channels
 * @param kernel width of a convolution's square kernel; 0 for a linear layer
 * @param weightSpread weights start uniform in [-weightSpread, weightSpread]
 * @param biasSpread biases start uniform in [-biasSpread, biasSpread]
 */
record Layer(String name, int in, int out, int kernel, double weightSpread, double biasSpread) {
    /** A linear layer that starts Xavier-uniform. */
    static Layer linear(String name, int in, int out) {
        return xavier(name, in, out, 0);
    }

    /** A convolution that starts Xavier-uniform. */
    static Layer conv(String name, int in, int out, int kernel) {
        return xavier(name, in, out, kernel);
    }

    /** U(-a, a) with a = sqrt(6 / (fan_in + fan_out)), fans counting the kernel's area; biases 0. */
    private static Layer xavier(String name, int in, int out, int kernel) {
        double area = Math.max(1, kernel * kernel);
        return new Layer(name, in, out, kernel, Math.sqrt(6 / ((in + out) * area)), 0);
    }

    /** The layer with its starting weights scaled by {@code factor}. */
    Layer withGain(double factor) {
        return new Layer(name, in, out, kernel, weightSpread * factor, biasSpread);
    }

    /**
     * The layer started as PyTorch does unless told otherwise: weights and biases U(-a, a) with a = 1 / sqrt(fan_in).
     */
    Layer startedByFanIn() {
        double spread = 1 / Math.sqrt(in * (double) Math.max(1, kernel * kernel));
        return new Layer(name, in, out, kernel, spread, spread);
    }

    /** The layer started as the zero map. */
    Layer startedAtZero() {
        return new Layer(name, in, out, kernel, 0, 0);
    }

    String weight() {
        return name + ".weight";
    }

    String bias() {
        return name + ".bias";
    }
}
