package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.glimpse.model.EmittedNetwork;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
    private static final List<Double> RATES = List.of(0.999, 0.3);

    @ParameterizedTest(name = "warm-up {0}")
    @ValueSource(booleans = {false, true})
    void everyUpdateMovesEachAverageTowardsTheNewWeightsByItsRate(boolean warmup) throws IOException {
        TrainingRecipe recipe = TinyRun.recipe(schedule(warmup), TinyRun.jumps(Goal.Solver.SELF_DIRECT));
        double targetRate = 0.95;
        Map<String, float[]> start = StartingWeights.of(recipe.network().parameters(), 5, null, Goal.NewBranch.RANDOM);
        try (EmittedNetwork network = EmittedNetwork.load(recipe.network(), 0.5, Device.cpu());
                TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager manager = network.manager().newSubManager()) {
            Learner learner = Learner.start(network, ops, recipe, start);
            NDArray[] gradients = Arrays.stream(Objective.trained(network.parameters(), learner.weights()))
                    .map(NDArray::onesLike)
                    .toArray(NDArray[]::new);
            for (double rate : List.of(0.999, 0.3, targetRate)) {
                assertThat(value(learner.average(rate))).isEqualTo(value(learner.weights()));
            }
            double[] expected = new double[3];
            Arrays.fill(expected, value(learner.weights()));
            for (int update = 0; update < 4; update++) {
                double before = value(learner.weights());
                learner.update(manager, gradients, 0.1);
                double weight = value(learner.weights());
                assertThat(weight).isLessThan(before);
                double[] rates = {0.999, 0.3, targetRate};
                for (int i = 0; i < rates.length; i++) {
                    // (1 + n) / (10 + n): 0.1, 0.182, 0.25, 0.308
                    double rate = warmup ? Math.min(rates[i], (1.0 + update) / (10 + update)) : rates[i];
                    expected[i] = rate * expected[i] + (1 - rate) * weight;
                    assertThat(value(learner.average(rates[i])))
                            .as("average of rate %s after update %d", rates[i], update)
                            .isCloseTo(expected[i], within(1e-5));
                }
            }
        }
    }

    /** One value of a trained layer: what holds for it holds for all. */
    private static double value(NDArray[] arrays) {
        return arrays[0].toFloatArray()[0];
    }

    private static Schedule schedule(boolean warmup) {
        return new Schedule(
                10,
                8,
                8,
                Schedule.Accumulation.MEAN,
                Precision.FP32,
                0,
                Schedule.OptimiserKind.ADAM,
                0.1,
                0.1,
                0,
                RATES,
                warmup);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1", "8, 0.5", "89, 0.909090909", "8980, 0.998999", "8990, 0.999", "1000000, 0.999"})
    void rateOfAnAverageRisesToItsOwn(int update, double expected) {
        assertThat(schedule(true).averageRate(0.999, update)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void withoutWarmUpTheRateIsTheSameFromTheFirstUpdate() {
        assertThat(schedule(false).averageRate(0.999, 0)).isEqualTo(0.999);
    }
}
