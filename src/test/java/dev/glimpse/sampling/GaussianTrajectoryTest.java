package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks the exact model of Gaussian data, where the distribution after every plan is known in closed form. */
class GaussianTrajectoryTest {
    private static final long SEED = 7;
    private static final int TRAJECTORIES = 256;
    private static final int VALUES = TRAJECTORIES * GaussianModel.SPEC.dimension();
    private static final int BRIGHT = 1;
    /** Enough for walks of a thousand steps. */
    private static final int FEW = 24;

    private static final KarrasGrid GRID =
            new KarrasGrid(GaussianModel.SPEC.sigmaMin(), GaussianModel.SPEC.sigmaMax(), GaussianModel.SPEC.rho());
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

    @ParameterizedTest(name = "{0}")
    @EnumSource(Sampler.class)
    void everySamplerHasTheMeanAndVarianceOfTheDataAfterAsManyStepsAsItMayTake(Sampler sampler) {
        StepPlan plan = sampler == Sampler.TWO_JUMP
                ? StepPlans.plan(SamplerRule.of(sampler, 0), new Knots.Times(List.of(80.0, 0.3, 1.5, 0.002)), GRID)
                : StepPlans.plan(SamplerRule.of(sampler, sampler.defaultGamma()), new Knots.Karras(1000), GRID);
        Moments measured = measure(walk(plan, FEW));
        double mean = GaussianModel.mean(BRIGHT);
        double variance = GaussianModel.STD * GaussianModel.STD;
        int values = FEW * GaussianModel.SPEC.dimension();
        assertThat(measured.mean()).isCloseTo(mean, within(5 * Math.sqrt(variance / values) + 0.005 * mean));
        assertThat(measured.variance()).isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / values) + 0.0004)));
    }

    @ParameterizedTest(name = "gamma {0}")
    @ValueSource(doubles = {0, 0.3, 0.7, 1})
    void marginalsOnTheWayAreThoseOfNoisedDataWhateverGamma(double gamma) {
        StepPlan plan = plan(Sampler.GAMMA, gamma, 6);
        List<Walk> walks = walks(plan, TRAJECTORIES);
        for (Step step : plan.steps()) {
            takeStep(walks);
            Moments measured = measure(walks.stream().map(Walk::x).toList());
            double mean = GaussianModel.mean(BRIGHT);
            double level = step.nextT();
            double variance = GaussianModel.STD * GaussianModel.STD + level * level;
            assertThat(measured.mean()).isCloseTo(mean, within(5 * Math.sqrt(variance / VALUES) + 0.005 * mean));
            assertThat(measured.variance())
                    .isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / VALUES) + 0.0002)));
        }
    }

    @Test
    void paperFormHasTheVarianceOfTheDataButForWhatItsClampAdds() {
        SamplerRule rule = new SamplerRule(Sampler.GAMMA, 0.7, GammaForm.PAPER, Churn.NONE);
        Moments measured = measure(walk(StepPlans.plan(rule, new Knots.Karras(9), GRID), TRAJECTORIES));
        double variance = GaussianModel.STD * GaussianModel.STD;
        assertThat(measured.variance()).isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / VALUES) + 0.0002)));
    }

    @Test
    void errorOfHeunFallsWithTheSquareOfTheStep() {
        List<float[]> exact = walk(plan(Sampler.EXACT, 0, 1), 1);
        double last = distance(exact, walk(plan(Sampler.HEUN, 0, 16), 1));
        for (int steps : new int[] {32, 64, 128}) {
            double error = distance(exact, walk(plan(Sampler.HEUN, 0, steps), 1));
            assertThat(last / error).as("%s steps", steps).isBetween(3.2, 5.5);
            last = error;
        }
    }

    @Test
    void churnedHeunHasTheMeanAndVarianceOfTheData() {
        SamplerRule rule = new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, new Churn(40, 0.05, 50, 1));
        StepPlan plan = StepPlans.plan(rule, new Knots.Karras(128), GRID);
        assertThat(plan.steps().stream().filter(step -> step.noiseStd() > 0)).hasSizeGreaterThan(40);
        Moments measured = measure(walk(plan, FEW));
        double mean = GaussianModel.mean(BRIGHT);
        double variance = GaussianModel.STD * GaussianModel.STD;
        int values = FEW * GaussianModel.SPEC.dimension();
        assertThat(measured.mean()).isCloseTo(mean, within(5 * Math.sqrt(variance / values) + 0.005 * mean));
        // 128 steps leave an error of some thousandths of what noise makes anew on the way.
        assertThat(measured.variance()).isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / values) + 0.01)));
    }

    @Test
    void trajectoriesOfAllSamplersShareForwardsAndKeepTheirBits() {
        List<StepPlan> plans = List.of(
                plan(Sampler.HEUN, 0, 5),
                plan(Sampler.GAMMA, 0.4, 3),
                StepPlans.plan(
                        new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, new Churn(3, 0, 80, 1.003)),
                        new Knots.Karras(4),
                        GRID),
                plan(Sampler.CM, 1, 4));
        List<Walk> together = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            together.add(new Walk(plans.get(i), i % 2, SEED, i));
        }
        for (List<Walk> moving = together; !moving.isEmpty(); ) {
            takeStep(moving);
            moving = moving.stream().filter(walk -> !walk.isFinished()).toList();
        }
        for (int i = 0; i < plans.size(); i++) {
            Walk alone = new Walk(plans.get(i), i % 2, SEED, i);
            while (!alone.isFinished()) {
                takeStep(List.of(alone));
            }
            assertThat(together.get(i).x()).isEqualTo(alone.x());
        }
    }

    private List<float[]> walkAll(StepPlan plan) {
        return walk(plan, TRAJECTORIES);
    }

    private List<float[]> walk(StepPlan plan, int trajectories) {
        List<Walk> walks = walks(plan, trajectories);
        while (!walks.get(0).isFinished()) {
            takeStep(walks);
        }
        return walks.stream().map(Walk::x).toList();
    }

    private static List<Walk> walks(StepPlan plan, int trajectories) {
        return IntStream.range(0, trajectories)
                .mapToObj(sample -> new Walk(plan, BRIGHT, SEED, sample))
                .toList();
    }

    private void takeStep(List<Walk> walks) {
        List<StepResult> results =
                executor.run(walks.stream().map(walk -> walk.next(false)).toList());
        for (int i = 0; i < walks.size(); i++) {
            walks.get(i).take(results.get(i));
        }
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
        int values = pictures.size() * GaussianModel.SPEC.dimension();
        double mean = sum / values;
        return new Moments(mean, squares / values - mean * mean);
    }

    private static double distance(List<float[]> a, List<float[]> b) {
        return Math.sqrt(squaredDistance(a, b));
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
