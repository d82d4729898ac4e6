package dev.glimpse.training;

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
                HALF_WIDE,
                new Goal.JumpKnots(10, 3, 0, 0, 0),
                solver,
                new Goal.Distance.PseudoHuber(0.03),
                false,
                0.95,
                1,
                Goal.NewBranch.RANDOM,
                null,
                null);
    }

    static Schedule schedule(int steps, int microbatch, Schedule.OptimiserKind optimiser) {
        return new Schedule(
                steps,
                8,
                microbatch,
                Schedule.Accumulation.MEAN,
                Precision.FP32,
                0,
                optimiser,
                2e-3,
                2e-3,
                5,
                List.of(0.99),
                true);
    }

    /** The same at other rates of learning. */
    static Schedule rates(Schedule s, double first, double last) {
        return changed(s, s.accumulation(), s.precision(), s.dropout(), first, last);
    }

    /** The same with gradients that add up otherwise. */
    static Schedule accumulating(Schedule s, Schedule.Accumulation accumulation) {
        return changed(s, accumulation, s.precision(), s.dropout(), s.learningRate(), s.finalRate());
    }

    /** The same in another precision, or with dropout. */
    static Schedule emitting(Schedule s, Precision precision, double dropout) {
        return changed(s, s.accumulation(), precision, dropout, s.learningRate(), s.finalRate());
    }

    private static Schedule changed(
            Schedule s,
            Schedule.Accumulation accumulation,
            Precision precision,
            double dropout,
            double first,
            double last) {
        return new Schedule(
                s.steps(),
                s.batch(),
                s.microbatch(),
                accumulation,
                precision,
                dropout,
                s.optimiser(),
                first,
                last,
                s.warmup(),
                s.emaRates(),
                s.emaWarmup());
    }

    /** The same with other batches. */
    static Schedule batches(Schedule s, int batch) {
        return new Schedule(
                s.steps(),
                batch,
                s.microbatch(),
                s.accumulation(),
                s.precision(),
                s.dropout(),
                s.optimiser(),
                s.learningRate(),
                s.finalRate(),
                s.warmup(),
                s.emaRates(),
                s.emaWarmup());
    }

    /** The same without a warm-up, neither of the rate nor of the averages. */
    static Schedule abrupt(Schedule s) {
        return new Schedule(
                s.steps(),
                s.batch(),
                s.microbatch(),
                s.accumulation(),
                s.precision(),
                s.dropout(),
                s.optimiser(),
                s.learningRate(),
                s.finalRate(),
                0,
                s.emaRates(),
                false);
    }

    /** The same jumps compared by features, with critics from the third step on that learn in every other one. */
    static Goal.Jumps adversarial(Goal.Jumps jumps, double criticsRate) {
        return new Goal.Jumps(
                jumps.noise(),
                jumps.knots(),
                jumps.solver(),
                new Goal.Distance.Perceptual(0, 1),
                jumps.clip(),
                jumps.targetRate(),
                jumps.denoiserWeight(),
                jumps.newBranch(),
                jumps.simulation(),
                new Goal.Adversarial(2, 2, 1, criticsRate, 4, new Goal.Sight(0, true)));
    }

    /** The same jumps, of which some start where samplers get. */
    static Goal.Jumps simulating(Goal.Jumps jumps, Goal.Simulation simulation) {
        return new Goal.Jumps(
                jumps.noise(),
                jumps.knots(),
                jumps.solver(),
                jumps.distance(),
                jumps.clip(),
                jumps.targetRate(),
                jumps.denoiserWeight(),
                jumps.newBranch(),
                simulation,
                jumps.adversarial());
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
