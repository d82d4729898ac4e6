package dev.glimpse.model;

/**
 * Rows of one network evaluation, each with its own state, times and class.
 *
 * @param rows number of rows B
 * @param x states at time t, [B, C, H, W] flattened, at least {@code rows * dimension} values
 * @param t time of each state, in (0, sigma_max]
 * @param s time each jump lands on, in [sigma_min, t] (some networks take 0 too); equal to t for the denoiser
 * @param labels class index of each row; -1 for none
 */
public record JumpBatch(int rows, float[] x, float[] t, float[] s, int[] labels) {
    /** The label of a row without a class. */
    public static final int NO_LABEL = -1;

    /** Refuses times that a network gives no numbers for. */
    void require(Network network) {
        for (int row = 0; row < rows; row++) {
            if (!(t[row] > 0)) {
                throw wrong("t", t[row], row, "more than 0");
            }
            if (!network.config().jumps() && s[row] != t[row]) {
                throw wrong("s", s[row], row, t[row] + ", its t: the model is a denoiser and doesn't jump");
            }
            if (!(s[row] > 0 || (s[row] == 0 && network.finiteAtZero()))) {
                throw wrong("s", s[row], row, "more than 0, such as the model's sigma_min");
            }
        }
    }

    private static IllegalArgumentException wrong(String name, float value, int row, String expected) {
        return new IllegalArgumentException(name + ": " + value + " in row " + row + " (expected: " + expected + ")");
    }
}
