package dev.glimpse.training;

import dev.glimpse.model.SongUNetConfig;

/**
 * Everything that decides what a run learns, apart from its data.
 *
 * <p>A run first learns the denoiser g(x, t, t) alone, then jumps: from there on it is its own teacher, whose moving
 * average walks the ODE with Heun steps.
 *
 * @param name of the recipe and, unless told otherwise, of the model it gives
 * @param network architecture and size
 * @param times range and grid of noise levels
 * @param seed key of every random draw
 * @param denoiser the first stage
 * @param jumps the second stage
 * @param emaRate rate of the moving average that is the target and the result, in (0, 1)
 * @param snapshotEvery steps between two checkpoints
 */
public record TrainingRecipe(
        String name,
        SongUNetConfig network,
        Times times,
        long seed,
        Stage denoiser,
        Stage jumps,
        double emaRate,
        int snapshotEvery) {

    /**
     * Noise levels of a run.
     *
     * @param sigmaMin smallest, where a picture is finished
     * @param sigmaMax largest, pure noise
     * @param sigmaData standard deviation of the data, for preconditioning
     * @param rho curvature of the Karras grid
     * @param knots N, knots of the grid that t, u and s are drawn from
     * @param maxSolverSteps M, most Heun steps between t and u
     */
    public record Times(double sigmaMin, double sigmaMax, double sigmaData, double rho, int knots, int maxSolverSteps) {
        public Times {
            require(sigmaMin > 0 && sigmaMin < sigmaMax, "sigma_min", sigmaMin, "more than 0, less than " + sigmaMax);
            require(sigmaData > 0, "sigma_data", sigmaData, "more than 0");
            require(rho > 0, "rho", rho, "more than 0");
            require(knots >= 2, "knots", knots, "at least 2");
            require(
                    maxSolverSteps >= 1 && maxSolverSteps < knots,
                    "max_solver_steps",
                    maxSolverSteps,
                    "1.." + (knots - 1));
        }
    }

    /**
     * One stage of a run.
     *
     * @param steps optimiser steps
     * @param batch pictures per step
     * @param learningRate after the warm-up
     * @param finalRate reached along a half cosine at the stage's last step
     * @param warmup steps over which the rate rises from 0
     */
    public record Stage(int steps, int batch, double learningRate, double finalRate, int warmup) {
        public Stage {
            require(steps >= 0, "steps", steps, "at least 0");
            require(batch >= 1, "batch", batch, "at least 1");
            require(learningRate > 0, "learning_rate", learningRate, "more than 0");
            require(finalRate >= 0 && finalRate <= learningRate, "final_rate", finalRate, "0.." + learningRate);
            require(warmup >= 0, "warmup", warmup, "at least 0");
        }

        /** Learning rate of the stage's step {@code step}, counted from 0. */
        double rate(int step) {
            double progress = steps <= 1 ? 1 : (double) step / (steps - 1);
            double cosine = finalRate + (learningRate - finalRate) * 0.5 * (1 + Math.cos(Math.PI * progress));
            return step < warmup ? cosine * (step + 1) / warmup : cosine;
        }
    }

    public TrainingRecipe {
        require(!name.isBlank(), "name", name, "a name");
        require(emaRate > 0 && emaRate < 1, "ema_rate", emaRate, "between 0 and 1");
        require(snapshotEvery >= 1, "snapshot_every", snapshotEvery, "at least 1");
    }

    /** Optimiser steps of both stages. */
    public int steps() {
        return denoiser.steps() + jumps.steps();
    }

    /** The stage that step {@code step} of the run, counted from 0, belongs to. */
    Stage stage(int step) {
        return step < denoiser.steps() ? denoiser : jumps;
    }

    /** Pictures seen before step {@code step}. */
    public long seenBefore(int step) {
        int first = Math.min(step, denoiser.steps());
        return (long) first * denoiser.batch() + (long) (step - first) * jumps.batch();
    }

    double rate(int step) {
        return step < denoiser.steps() ? denoiser.rate(step) : jumps.rate(step - denoiser.steps());
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
