package dev.glimpse.training;

import dev.glimpse.math.NoiseStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What each row of each step draws; a draw depends on (seed, step, row) alone. */
final class Draws {
    private final TrainingRecipe recipe;
    private final TimeDraws times;
    private final int dimension;

    Draws(TrainingRecipe recipe, int dimension) {
        this.recipe = recipe;
        this.times = new TimeDraws(recipe);
        this.dimension = dimension;
    }

    /** The draws of rows {@code from} to {@code to} of a step, one microbatch. */
    Draw rows(int step, PictureLoader.Pictures pictures, int from, int to) {
        float[] x0 = Arrays.copyOfRange(pictures.x0(), from * dimension, to * dimension);
        int[] labels = Arrays.copyOfRange(pictures.labels(), from, to);
        float[] sigma = new float[to - from];
        for (int i = 0; i < sigma.length; i++) {
            sigma[i] = (float) times.sigma(step, from + i, i, sigma.length);
        }
        Draw.Levels levels = new Draw.Levels(sigma, noise(2 * step + 1, from, to));
        return new Draw(
                new Draw.Origin(recipe.seed(), step, from),
                x0,
                labels,
                levels,
                recipe.goal() instanceof Goal.Jumps goal ? jumps(goal, step, from, to) : null);
    }

    private Draw.Jumps jumps(Goal.Jumps goal, int step, int from, int to) {
        int h = times.solverSteps(step, goal.knots().maxSolverSteps());
        int[] t = new int[to - from];
        int[] s = new int[to - from];
        for (int i = 0; i < t.length; i++) {
            TimeDraws.Triple triple = times.triple(step, from + i, h, goal.knots());
            t[i] = triple.t();
            s[i] = triple.s();
        }
        return new Draw.Jumps(h, path(goal.simulation(), step, from, t), s, noise(2 * step, from, to));
    }

    private int[][] path(Goal.@Nullable Simulation simulation, int step, int from, int[] t) {
        if (simulation == null) {
            return new int[][] {t};
        }
        int jumps = times.simulatedJumps(step, simulation);
        int[][] path = new int[jumps + 1][t.length];
        for (int i = 0; i < t.length; i++) {
            boolean simulated = times.isSimulated(step, from + i, simulation);
            for (int k = 0; k <= jumps; k++) {
                path[k][i] = simulated ? t[i] * k / jumps : t[i];
            }
        }
        return path;
    }

    private float[] noise(int block, int from, int to) {
        float[] all = new float[(to - from) * dimension];
        float[] row = new float[dimension];
        for (int i = from; i < to; i++) {
            Arrays.fill(row, 0);
            NoiseStream.addNoise(row, 1, recipe.seed(), i, block);
            System.arraycopy(row, 0, all, (i - from) * dimension, dimension);
        }
        return all;
    }
}
