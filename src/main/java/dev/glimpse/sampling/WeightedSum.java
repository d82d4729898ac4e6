package dev.glimpse.sampling;

/**
 * A known sum of some of a picture's values: the brightness of a pixel, the mean of a block.
 *
 * @param at where in the picture the values are
 * @param weights of those values, each more than 0
 */
record WeightedSum(int[] at, double[] weights) {
    /** Each halves what is left of a range of some units: none is left in a double. */
    private static final int HALVINGS = 64;

    /**
     * Moves the values into [-1, 1], to the nearest place there that has the sum of {@code by}, which lies in that
     * range. It is reached along the weights alone, and each value stops where the range ends.
     */
    void fit(float[] x, float[] by) {
        if (inRange(x)) {
            return;
        }
        double wanted = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < at.length; i++) {
            wanted += weights[i] * by[at[i]];
            low = Math.min(low, (-1 - x[at[i]]) / weights[i]);
            high = Math.max(high, (1 - x[at[i]]) / weights[i]);
        }
        for (int halving = 0; halving < HALVINGS; halving++) {
            double middle = (low + high) / 2;
            if (sum(x, middle) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        for (int i = 0; i < at.length; i++) {
            x[at[i]] = (float) moved(x, i, high);
        }
    }

    private boolean inRange(float[] x) {
        for (int i : at) {
            if (Math.abs(x[i]) > 1) {
                return false;
            }
        }
        return true;
    }

    private double sum(float[] x, double distance) {
        double sum = 0;
        for (int i = 0; i < at.length; i++) {
            sum += weights[i] * moved(x, i, distance);
        }
        return sum;
    }

    private double moved(float[] x, int i, double distance) {
        return Math.max(-1, Math.min(1, x[at[i]] + weights[i] * distance));
    }
}
