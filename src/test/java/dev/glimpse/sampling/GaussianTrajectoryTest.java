package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the exact model of Gaussian data, where the distribution after every plan is known in closed form. */
class GaussianTrajectoryTest {
    private static final long SEED = 7;
    private static final int TRAJECTORIES = 256;
    private static final int VALUES = TRAJECTORIES * GaussianModel.SPEC.dimension();
    private static final int BRIGHT = 1;
    private final StepExecutor executor = new StepExecutor(new GaussianModel(), 1);

    static Stream<Arguments> samplersAndSteps() {
        List<Arguments> plans = new ArrayList<>();
        for (int steps : new int[] {1, 2, 3, 4, 9, 18}) {
            plans.add(Arguments.of(Sampler.EXACT, 0.0, steps));
            for (double gamma : new double[] {0.1, 0.3, 0.5, 0.7, 0.9, 0.99}) {
                plans.add(Arguments.of(Sampler.GAMMA, gamma, steps));
            }
            plans.add(Arguments.of(Sampler.CM, 1.0, steps));
        }
        return plans.stream();
    }

    @ParameterizedTest(name = "{0}, gamma {1}, {2} steps")
    @MethodSource("samplersAndSteps")
    void picturesHaveTheMeanAndVarianceOfTheData(Sampler sampler, double gamma, int steps) {
        Moments measured = measure(walkAll(plan(sampler, gamma, steps)));
        double mean = GaussianModel.mean(BRIGHT);
        double variance = GaussianModel.STD * GaussianModel.STD;
        // Starting from N(0, sigma_max^2) where N(mean, std^2 + sigma_max^2) is meant costs up to std/sigma_max = 0.5
        // %.
        assertThat(measured.mean()).isCloseTo(mean, within(5 * Math.sqrt(variance / VALUES) + 0.005 * mean));
        assertThat(measured.variance()).isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / VALUES) + 0.0002)));
    }

    @ParameterizedTest(name = "{0}, gamma {1}, {2} steps")
    @MethodSource("samplersAndSteps")
    void planCarriesMeanAndVarianceAsTheClosedFormSays(Sampler sampler, double gamma, int steps) {
        double mean = GaussianModel.mean(BRIGHT);
        double expectedMean = 0;
        double expectedVariance = GaussianModel.SPEC.sigmaMax() * GaussianModel.SPEC.sigmaMax();
        StepPlan plan = plan(sampler, gamma, steps);
        for (Step step : plan.steps()) {
            double left = GaussianModel.shrinking(step.t(), step.s());
            expectedMean = mean + left * (expectedMean - mean);
            expectedVariance = left * left * expectedVariance + step.noiseStd() * step.noiseStd();
        }
        Moments measured = measure(walkAll(plan));
        assertThat(measured.mean()).isCloseTo(expectedMean, within(5 * Math.sqrt(expectedVariance / VALUES)));
        assertThat(measured.variance())
                .isCloseTo(expectedVariance, within(5 * expectedVariance * Math.sqrt(2.0 / VALUES)));
    }

    @Test
    void exactJumpsEndWhereOneJumpEnds() {
        List<float[]> one = walkAll(plan(Sampler.EXACT, 0, 1));
        List<float[]> many = walkAll(plan(Sampler.EXACT, 0, 18));
        for (int i = 0; i < one.size(); i++) {
            assertThat(many.get(i)).containsExactly(one.get(i), within(1e-4f));
        }
    }

    @Test
    void freshNoiseChangesThePictureMoreTheMoreThereIsOfIt() {
        List<float[]> exact = walkAll(plan(Sampler.EXACT, 0, 4));
        double last = 0;
        for (double gamma : new double[] {0.2, 0.4, 0.6, 0.8, 1}) {
            double distance = squaredDistance(exact, walkAll(plan(Sampler.GAMMA, gamma, 4)));
            assertThat(distance).as("gamma %s", gamma).isGreaterThan(last);
            last = distance;
        }
    }

    private List<float[]> walkAll(StepPlan plan) {
        List<Walk> walks = new ArrayList<>();
        for (int sample = 0; sample < TRAJECTORIES; sample++) {
            walks.add(new Walk(plan, BRIGHT, SEED, sample));
        }
        while (!walks.get(0).isFinished()) {
            List<StepResult> results =
                    executor.run(walks.stream().map(walk -> walk.next(false)).toList());
            for (int i = 0; i < walks.size(); i++) {
                walks.get(i).take(results.get(i));
            }
        }
        return walks.stream().map(Walk::x).toList();
    }

    private static StepPlan plan(Sampler sampler, double gamma, int steps) {
        return StepPlans.plan(sampler, gamma, steps, GaussianModel.SPEC.sigmaMin(), GaussianModel.SPEC.sigmaMax(), 7);
    }

    private record Moments(double mean, double variance) {}

    private static Moments measure(List<float[]> pictures) {
        double sum = 0;
        double squares = 0;
        for (float[] picture : pictures) {
            for (float value : picture) {
                sum += value;
                squares += (double) value * value;
            }
        }
        double mean = sum / VALUES;
        return new Moments(mean, squares / VALUES - mean * mean);
    }

    private static double squaredDistance(List<float[]> a, List<float[]> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            for (int j = 0; j < a.get(i).length; j++) {
                double difference = a.get(i)[j] - b.get(i)[j];
                sum += difference * difference;
            }
        }
        return sum;
    }
}
