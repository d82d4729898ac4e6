package dev.glimpse.model;

/**
 * Rows of one network evaluation, each with its own state, times and class.
 *
 * @param rows number of rows B
 * @param x states at time t, [B, C, H, W] flattened, at least {@code rows * dimension} values
 * @param t time of each state, in (0, sigma_max]
 * @param s time each jump lands on, in [sigma_min, t]; equal to t for the denoiser
 * @param labels class index of each row; -1 for none
 */
public record JumpBatch(int rows, float[] x, float[] t, float[] s, int[] labels) {
    /** The label of a row without a class. */
    public static final int NO_LABEL = -1;
}
