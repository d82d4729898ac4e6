package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the losses of a run's first steps depend on. */
class StepLossesTest {
    @TempDir
    Path directory;

    /** Both are the start itself at the first step. */
    @ParameterizedTest
    @EnumSource(names = {"SELF_DIRECT", "SELF_ITERATIVE"})
    void jumpsAreCarriedOnByTheAverageOfTheTargetsRate(Goal.Solver solver) throws IOException {
        List<Map<String, Double>> slow = losses("slow", targetRate(solver, 0.999), 0);
        List<Map<String, Double>> fast = losses("fast", targetRate(solver, 0.1), 0);
        assertThat(fast.get(0)).isEqualTo(slow.get(0));
        double first = slow.get(1).get(LossNames.CTM);
        double second = fast.get(1).get(LossNames.CTM);
        assertThat(Math.abs(second - first)).isGreaterThan(1e-4 * first);
        // The denoiser's loss has no target.
        assertThat(fast.get(1).get(LossNames.DSM)).isEqualTo(slow.get(1).get(LossNames.DSM));
    }

    private static Goal.Jumps targetRate(Goal.Solver solver, double rate) {
        Goal.Jumps tiny = TinyRun.jumps(solver);
        return new Goal.Jumps(
                tiny.noise(),
                tiny.knots(),
                tiny.solver(),
                tiny.distance(),
                tiny.clip(),
                rate,
                tiny.denoiserWeight(),
                tiny.newBranch(),
                tiny.simulation(),
                tiny.adversarial());
    }

    /** Not by the first step's: a new network's output is 0, whatever is dropped on the way. */
    @Test
    void dropoutOfARecipeIsFeltByEveryLoss() throws IOException {
        Goal jumps = TinyRun.jumps(Goal.Solver.SELF_DIRECT);
        Goal denoiser = TinyRun.denoiser(1).goal();
        Map<String, Double> plain = losses("plain", jumps, 0).get(1);
        Map<String, Double> dropped = losses("dropped", jumps, 0.2).get(1);
        assertThat(dropped.get(LossNames.CTM)).isNotEqualTo(plain.get(LossNames.CTM));
        assertThat(dropped.get(LossNames.DSM)).isNotEqualTo(plain.get(LossNames.DSM));
        assertThat(losses("dropped-teacher", denoiser, 0.2).get(1))
                .isNotEqualTo(losses("teacher", denoiser, 0).get(1));
    }

    /** In the first step, where the average is the student itself, so that nothing else differs. */
    @Test
    void jumpsFeelWhereTheyStartAndTheDenoiserDoesNot() throws IOException {
        Goal.Jumps plain = TinyRun.jumps(Goal.Solver.SELF_DIRECT);
        Map<String, Double> noisy = losses("noisy", plain, 0).get(0);
        Map<String, Double> simulated = losses("simulated", TinyRun.simulating(plain, new Goal.Simulation(1, 3)), 0)
                .get(0);
        assertThat(simulated.get(LossNames.CTM)).isNotEqualTo(noisy.get(LossNames.CTM));
        assertThat(simulated.get(LossNames.DSM)).isEqualTo(noisy.get(LossNames.DSM));
    }

    /** Losses of two steps, at a high rate without a warm-up, and with averages that begin at their own rates. */
    private List<Map<String, Double>> losses(String name, Goal goal, double dropout) throws IOException {
        Schedule abrupt = TinyRun.abrupt(TinyRun.schedule(2, 8, Schedule.OptimiserKind.ADAM));
        Schedule schedule = TinyRun.emitting(TinyRun.rates(abrupt, 1e-2, 1e-2), Precision.FP32, dropout);
        List<Map<String, Double>> losses = new ArrayList<>();
        try (Trainer trainer = new Trainer(
                TinyRun.recipe(schedule, goal),
                TrainingInputs.of(TinyRun.data()),
                Placement.cpu(2),
                directory.resolve(name))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {
                    losses.add(s.terms());
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    assertThat(step).isEqualTo(2);
                }
            });
        }
        return losses;
    }
}
