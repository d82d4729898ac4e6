package dev.glimpse.training;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.ModelSpec;

/**
 * The random times of a step: sigma for the denoiser, and t, u, s for jumps (CTM paper, training details).
 *
 * <p>The paper draws u anywhere between s and t. The official code, and this one, draw the number h of solver steps
 * first, one for the whole batch and the likelier the larger it is, and then t, from which u is h knots away, and s not
 * above u: large jumps are favoured, and t tends to the noisy end. Still few of them lead all the way, one in 200 with
 * 18 knots and h up to 4, though one-step pictures are just those jumps, and few begin where all pictures do or lead to
 * where they end, one in 15 and one in 5: a recipe may set some rows apart for each.
 *
 * <p>A draw depends on (seed, step, row) alone.
 */
final class TimeDraws {
    /** Share of the grid, from its noisy end, that the wide part of the denoiser's levels covers. */
    private static final double WIDE = 0.7;

    private final ModelSpec times;
    private final Goal.NoiseLevels levels;
    private final long seed;

    TimeDraws(TrainingRecipe recipe) {
        this.times = recipe.spec();
        this.levels = recipe.goal().noise();
        this.seed = recipe.seed();
    }

    /** Knots of one jump: the student goes from t to s, the teacher from t to u. */
    record Triple(int t, int u, int s) {}

    /** Number of solver steps h, one value for the whole batch: P(h) proportional to h, h in 1..m. */
    int solverSteps(int step, int m) {
        double u = NoiseStream.uniform(seed, 0, step, DrawNumbers.SOLVER_STEPS) * m * (m + 1) / 2;
        int h = 1;
        for (double below = 1; u >= below && h < m; below += h) {
            h++;
        }
        return h;
    }

    /**
     * Knots of a row: t uniform on those of n that have h knots after them, u = t + h, s uniform from u to the last;
     * or, for shares of the rows, t the first knot and s the last, or one of the two.
     */
    Triple triple(int step, int row, int h, Goal.JumpKnots knots) {
        int n = knots.count();
        double kind = NoiseStream.uniform(seed, row, step, DrawNumbers.JUMP_SHARE);
        double whole = knots.wholeShare();
        double first = whole + knots.firstShare();
        double last = first + knots.lastShare();
        int t = kind < first ? 0 : (int) (NoiseStream.uniform(seed, row, step, DrawNumbers.JUMP_START) * (n - h));
        int s = kind < whole || kind >= first && kind < last
                ? n - 1
                : t + h + (int) (NoiseStream.uniform(seed, row, step, DrawNumbers.JUMP_END) * (n - t - h));
        return new Triple(t, t + h, s);
    }

    /** Whether a row's jump starts where a sampler gets. */
    boolean isSimulated(int step, int row, Goal.Simulation simulation) {
        return NoiseStream.uniform(seed, row, step, DrawNumbers.SIMULATION) < simulation.share();
    }

    /** Number of jumps that lead there, one value for the whole batch, uniform. */
    int simulatedJumps(int step, Goal.Simulation simulation) {
        return 1 + (int) (NoiseStream.uniform(seed, 0, step, DrawNumbers.SIMULATED_JUMPS) * simulation.jumps());
    }

    /**
     * The denoiser's noise level of a row.
     *
     * <p>Where the share of wide rows is no whole number of them, a row between is one or the other by chance: the
     * official code rounds down, by which a microbatch of one row would never be log-normal.
     *
     * <p>Of the log-normal ones about one in 60,000 would lie beyond sigma_min or sigma_max, by the usual mean,
     * deviation and times, where no sampler asks a model. The official code leaves it there; here it is moved to the
     * bound.
     *
     * @param row in the whole batch, which decides the draw
     * @param place in the microbatch, whose first rows are log-normal and whose last ones are wide
     * @param rows of the microbatch
     */
    double sigma(int step, int row, int place, int rows) {
        if (isLogNormal(step, row, place, rows)) {
            float[] normal = new float[1];
            NoiseStream.addNoise(normal, 1, seed + 1, row, step);
            return Math.min(times.sigmaMax(), Math.max(times.sigmaMin(), logNormal(normal[0])));
        }
        return wide(NoiseStream.uniform(seed, row, step, DrawNumbers.NOISE_LEVEL));
    }

    private boolean isLogNormal(int step, int row, int place, int rows) {
        double before = rows * (1 - levels.wideShare()) - place;
        return before > 0 && (before >= 1 || NoiseStream.uniform(seed, row, step, DrawNumbers.LEVEL_SHARE) < before);
    }

    /** exp(mean + std n) for a standard normal n. */
    double logNormal(double n) {
        return Math.exp(levels.logMean() + levels.logStd() * n);
    }

    /** (max + 0.7 u (min - max))^rho, where max and min are the extremes' rho-th roots, for u uniform in [0, 1). */
    double wide(double u) {
        double inverse = 1 / times.rho();
        double max = Math.pow(times.sigmaMax(), inverse);
        double min = Math.pow(times.sigmaMin(), inverse);
        return Math.pow(max + WIDE * u * (min - max), times.rho());
    }
}
