package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.model.ModelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of the official runs, which the program's recipes repeat. */
class OfficialRecipesTest {
    private static final Goal.NoiseLevels NOISE = new Goal.NoiseLevels(-1.2, 1.2, 0.5);
    private static final Goal.Distance LPIPS = new Goal.Distance.Learned(224);

    @Test
    void cifar10Student() {
        TrainingRecipe student = RecipeFile.builtIn("cifar10").student();
        assertThat(student.schedule()).isEqualTo(schedule(100_000, 256, 16, 0.13, 4e-4, List.of(0.999, 0.9999)));
        assertThat(student.goal()).isEqualTo(jumps(18, 17, adversarial(50_000)));
    }

    @Test
    void imagenet64StudentUpToItsCritics() {
        TrainingRecipe student = RecipeFile.builtIn("imagenet64").student();
        assertThat(student.schedule()).isEqualTo(imagenet64(15_000, 1440, 18, 4e-4));
        assertThat(student.goal()).isEqualTo(jumps(40, 39, null));
    }

    @Test
    void imagenet64StudentWithCritics() {
        TrainingRecipe student = RecipeFile.builtIn("imagenet64-adversarial").student();
        assertThat(student.schedule()).isEqualTo(imagenet64(34_000, 2112, 11, 8e-6));
        assertThat(student.goal()).isEqualTo(jumps(40, 20, adversarial(0)));
    }

    private static Schedule imagenet64(int steps, int batch, int microbatch, double rate) {
        return schedule(steps, batch, microbatch, 0, rate, List.of(0.999, 0.9999, 0.9999432189950708));
    }

    /** RAdam at a constant rate, and averages whose rates are constant too. */
    private static Schedule schedule(
            int steps, int batch, int microbatch, double dropout, double rate, List<Double> averages) {
        return new Schedule(
                steps,
                batch,
                microbatch,
                Schedule.Accumulation.SUM,
                Precision.AUTO,
                dropout,
                Schedule.OptimiserKind.RADAM,
                rate,
                rate,
                0,
                averages,
                false);
    }

    private static Goal.Jumps jumps(int knots, int maxSolverSteps, Goal.Adversarial adversarial) {
        return new Goal.Jumps(
                NOISE,
                new Goal.JumpKnots(knots, maxSolverSteps, 0, 0, 0),
                Goal.Solver.HEUN,
                LPIPS,
                false,
                0.999,
                1,
                Goal.NewBranch.RANDOM,
                null,
                adversarial);
    }

    private static Goal.Adversarial adversarial(int fromStep) {
        return new Goal.Adversarial(fromStep, 2, 1, 2e-3, 64, new Goal.Sight(224, true));
    }

    @ParameterizedTest
    @CsvSource({"cifar10, 32, 10", "imagenet64, 64, 1000", "imagenet64-adversarial, 64, 1000"})
    void picturesAndTimes(String name, int size, int classes) {
        TrainingRecipe student = RecipeFile.builtIn(name).student();
        assertThat(student.flip()).isTrue();
        ModelSpec spec = student.spec();
        assertThat(spec.labels()).hasSize(classes);
        assertThat(spec).isEqualTo(new ModelSpec(3, size, size, spec.labels(), 0.002, 80, 0.5, 7, true));
    }

    /** EDM's, and OpenAI's for their comparison with it; neither draws from the wide part. */
    @ParameterizedTest
    @ValueSource(strings = {"cifar10", "imagenet64", "imagenet64-adversarial"})
    void teachersLearnAtTheLevelsOfEdm(String name) {
        TrainingRecipe teacher = RecipeFile.builtIn(name).teacher();
        assertThat(teacher.goal()).isEqualTo(new Goal.Denoiser(new Goal.NoiseLevels(-1.2, 1.2, 0)));
    }
}
