package dev.glimpse.training;

import dev.glimpse.model.Emission;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.SongUNetConfig;
import java.util.List;

/** Recipes and data so small that a run takes seconds: bright and dark squares on one side. */
final class TinyRun {
    static final int SIZE = 8;

    private static final Goal.NoiseLevels HALF_WIDE = new Goal.NoiseLevels(-1.2, 1.2, 0.5);

    private TinyRun() {}

    /** A teacher. */
    static TrainingRecipe denoiser(int steps) {
        return recipe(schedule(steps, 8, Schedule.OptimiserKind.ADAM), new Goal.Denoiser(HALF_WIDE));
    }

    /** A student that is its own teacher. */
    static TrainingRecipe student(int steps) {
        return recipe(schedule(steps, 8, Schedule.OptimiserKind.RADAM), jumps(Goal.Solver.SELF_ITERATIVE));
    }

    static Goal.Jumps jumps(Goal.Solver solver) {
        return new Goal.Jumps(
                HALF_WIDE, 10, 3, 0, solver, new Goal.Distance.PseudoHuber(0.03), 0.95, 1, Goal.NewBranch.RANDOM, null);
    }

    static Schedule schedule(int steps, int microbatch, Schedule.OptimiserKind optimiser) {
        return new Schedule(
                steps,
                8,
                microbatch,
                Schedule.Accumulation.MEAN,
                Emission.EXACT,
                optimiser,
                2e-3,
                2e-3,
                5,
                List.of(0.99),
                true);
    }

    static TrainingRecipe recipe(Schedule schedule, Goal goal) {
        boolean jumps = goal instanceof Goal.Jumps;
        return new TrainingRecipe(
                "tiny",
                new ModelSpec(1, SIZE, SIZE, List.of("left", "right"), 0.002, 80, 0.5, 7, jumps),
                new SongUNetConfig(
                        SIZE, 1, 1, 2, 8, List.of(1, 2), 1, List.of(4), SongUNetConfig.Variant.DDPMPP, jumps, 0),
                77,
                false,
                schedule,
                goal,
                1000);
    }

    /** 32 pictures: the left half bright (class 0) or the right half (class 1), at various levels. */
    static ImageDataSet data() {
        int count = 32;
        byte[] pixels = new byte[count * SIZE * SIZE];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 2);
            for (int p = 0; p < SIZE * SIZE; p++) {
                boolean bright = (p % SIZE < SIZE / 2) == (labels[i] == 0);
                pixels[i * SIZE * SIZE + p] = (byte) (bright ? 150 + 3 * i : 10 + i);
            }
        }
        return new ImageDataSet(1, SIZE, SIZE, pixels, labels, List.of("left", "right"));
    }
}
