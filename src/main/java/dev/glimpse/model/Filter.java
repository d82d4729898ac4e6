package dev.glimpse.model;

import java.util.List;

/**
 * The smoothing around a change of resolution, as the network's definition names it: one row of weights for both axes.
 *
 * @param buffer key of its kernel in official checkpoints; empty where they hold none
 * @param taps the weights of one axis, symmetric, before division by their sum
 */
record Filter(String buffer, List<Integer> taps) {
    private static final List<Integer> BOX = List.of(1, 1);

    /** The mean of 2 x 2 pixels downwards, their repetition upwards. */
    static Filter box() {
        return new Filter("", BOX);
    }

    boolean isBox() {
        return taps.equals(BOX);
    }

    /** Width of the kernel. */
    int width() {
        return taps.size();
    }

    /** The kernel of both axes times {@code gain}, row-major: gain taps_i taps_j / sum^2. */
    float[] kernel(double gain) {
        int sum = taps.stream().mapToInt(Integer::intValue).sum();
        float[] kernel = new float[width() * width()];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) (gain * taps.get(i / width()) * taps.get(i % width()) / (sum * sum));
        }
        return kernel;
    }
}
