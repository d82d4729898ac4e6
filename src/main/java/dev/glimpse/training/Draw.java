package dev.glimpse.training;

import org.jspecify.annotations.Nullable;

/**
 * The pictures of some rows and everything random about them.
 *
 * @param origin where the rows stand in their run
 * @param x0 values in [-1, 1], [B, C, H, W] flattened
 * @param labels class indices
 * @param levels the denoiser's draws
 * @param jumps the jumps' draws; null where none are learned
 */
record Draw(
        Origin origin,
        float[] x0,
        int[] labels,
        Levels levels,
        @Nullable Jumps jumps) {
    /**
     * Where rows stand in their run.
     *
     * @param seed of the run
     * @param step from 0
     * @param row the first one's place in the batch
     */
    record Origin(long seed, int step, int row) {}

    /**
     * Draws of the denoising loss.
     *
     * @param sigma noise level of each row
     * @param noise standard normals of the size of x0
     */
    record Levels(float[] sigma, float[] noise) {}

    /**
     * Draws of the jump loss: t and s as knots of the grid, h solver steps from t to u.
     *
     * @param h one value for all rows
     * @param path knots of each row at which noise is added to x0, and to which the moving average leads from there;
     *     the last ones are t
     * @param noise standard normals of the size of x0
     */
    record Jumps(int h, int[][] path, int[] s, float[] noise) {
        int[] t() {
            return path[path.length - 1];
        }
    }

    int rows() {
        return labels.length;
    }
}
