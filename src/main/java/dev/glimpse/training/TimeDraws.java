package dev.glimpse.training;

import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.NoiseStream;

/**
 * The random times of a step: sigma for the denoiser, and t, u, s for jumps (CTM paper, section 3 and appendix on
 * training details).
 *
 * <p>A draw depends on (seed, step, row) alone.
 */
final class TimeDraws {
    private static final int SIGMA = 0;
    private static final int START = 1;
    private static final int END = 2;
    private static final int SOLVER_STEPS = 3;
    private static final double LOG_MEAN = -1.2;
    private static final double LOG_STD = 1.2;
    /** Share of the grid, from its noisy end, that the wide half of the denoiser's times covers. */
    private static final double WIDE = 0.7;

    private final TrainingRecipe.Times times;
    private final long seed;
    private final double[] grid;

    TimeDraws(TrainingRecipe.Times times, long seed) {
        this.times = times;
        this.seed = seed;
        this.grid = new KarrasGrid(times.sigmaMin(), times.sigmaMax(), times.rho()).knots(times.knots());
    }

    /** Times of one jump: the student goes from t to s, the teacher from t to u in {@code solver} knots. */
    record Triple(int t, int u, int s) {}

    double knot(int index) {
        return grid[index];
    }

    /** Number of Heun steps h, one value for the whole batch: P(h) proportional to h, h in 1..M. */
    int solverSteps(int step) {
        int m = times.maxSolverSteps();
        double u = NoiseStream.uniform(seed, 0, step, SOLVER_STEPS) * m * (m + 1) / 2;
        int h = 1;
        for (double below = 1; u >= below && h < m; below += h) {
            h++;
        }
        return h;
    }

    /** Knots of a row: t uniform on those with h knots after it, u = t + h, s uniform from u to the last. */
    Triple triple(int step, int row, int h) {
        int n = times.knots();
        int t = (int) (NoiseStream.uniform(seed, row, step, START) * (n - h));
        int s = t + h + (int) (NoiseStream.uniform(seed, row, step, END) * (n - t - h));
        return new Triple(t, t + h, s);
    }

    /**
     * The denoiser's noise level of a row: log-normal with mean -1.2 and deviation 1.2 in the first half of the batch;
     * in the rest spread over the noisy part of the Karras grid, down to about 0.32.
     */
    double sigma(int step, int row, int batch) {
        if (row < batch / 2) {
            float[] normal = new float[1];
            NoiseStream.addNoise(normal, 1, seed + 1, row, step);
            double sigma = Math.exp(LOG_MEAN + LOG_STD * normal[0]);
            return Math.min(times.sigmaMax(), Math.max(times.sigmaMin(), sigma));
        }
        double inverse = 1 / times.rho();
        double max = Math.pow(times.sigmaMax(), inverse);
        double min = Math.pow(times.sigmaMin(), inverse);
        return Math.pow(max + WIDE * NoiseStream.uniform(seed, row, step, SIGMA) * (min - max), times.rho());
    }
}
