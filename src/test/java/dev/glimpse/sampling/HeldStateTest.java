package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an edit knows, in the noisy states on the way: never cleaner than the state around it, nor noisier. */
class HeldStateTest {
    private static final long SEED = 47;
    private static final ModelSpec SPEC = GaussianPairs.SPEC;
    private static final int DIMENSION = SPEC.dimension();
    private static final int SAMPLE = 3;
    private static final int TRAJECTORIES = 128;
    private static final int UNKNOWN = TRAJECTORIES * DIMENSION / 2;
    private static final float VALUE = 0.5f;
    private static final KarrasGrid GRID = new KarrasGrid(SPEC.sigmaMin(), SPEC.sigmaMax(), SPEC.rho());

    /** Where all steps but the last one land, worked out by hand for the knots 80, 10, 1 and 0.002. */
    static Stream<Arguments> rulesAndLevels() {
        Churn churn = new Churn(1, 0, 80, 1.003);
        return Stream.of(
                arguments(SamplerRule.of(Sampler.EXACT, 0), List.of(10.0, 1.0)),
                arguments(SamplerRule.of(Sampler.GAMMA, 0.6), List.of(8.0004, 0.8004)),
                arguments(new SamplerRule(Sampler.GAMMA, 0.6, GammaForm.PAPER, Churn.NONE), List.of(8.0, 0.8)),
                arguments(SamplerRule.of(Sampler.CM, 1), List.of(0.002, 0.002)),
                arguments(SamplerRule.of(Sampler.HEUN, 0), List.of(10.0, 1.0, 0.002)),
                arguments(new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, churn), List.of(10.0, 1.0, 0.002)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rulesAndLevels")
    void whatIsKnownHasTheNoiseOfTheLevelThatEachStepLandsAt(SamplerRule rule, List<Double> levels) {
        StepPlan plan = StepPlans.plan(rule, new Knots.Times(List.of(80.0, 10.0, 1.0, 0.002)), GRID);
        for (KnownPart part : List.of(leftHalf(), new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), 4))) {
            Landings landings = new Landings();
            StepExecutor executor = new StepExecutor(new GaussianPairs(), 1, landings);
            Walk walk = new Walk(plan, JumpBatch.NO_LABEL, SEED, SAMPLE, new Edit.Keep(part, ramp()));
            List<Double> expected = new ArrayList<>(levels);
            for (int i = 0; i < plan.nfe() - 1; i++) {
                Step step = plan.steps().get(i);
                landings.before = null;
                walk.take(executor.run(List.of(walk.next(true))).get(0));
                // Between the two halves of a Heun step nothing is held.
                if (step.kind() != Step.Kind.EULER) {
                    float[] landed = landings.before == null ? walk.x() : landings.before;
                    assertHolds(landed, part, expected.remove(0), i + 1);
                }
            }
            assertThat(expected).isEmpty();
        }
    }

    /** A state's known coefficients are those of the reference plus {@code level} times the edit's normals. */
    private static void assertHolds(float[] state, KnownPart part, double level, int block) {
        float[] noised = ramp();
        float[] normals = new float[DIMENSION];
        NoiseStream.addEditNoise(normals, 1, SEED, SAMPLE, block);
        for (int i = 0; i < DIMENSION; i++) {
            noised[i] += (float) level * normals[i];
        }
        float[] held = state.clone();
        part.replace(held, noised);
        assertThat(state).as("%s after step %s", part, block - 1).containsExactly(held, within((float)
                (1e-5 * level + 1e-6)));
    }

    /** The noise of steps, and what the state was before it. */
    private static final class Landings implements NoiseSource {
        private float @Nullable [] before;

        @Override
        public void addNoise(float[] x, float std, long seed, int sample, int block) {
            before = x.clone();
            NoiseStream.addNoise(x, std, seed, sample, block);
        }
    }

    static Stream<Arguments> rulesAndSteps() {
        return Stream.of(
                arguments(SamplerRule.of(Sampler.EXACT, 0), 4),
                arguments(SamplerRule.of(Sampler.GAMMA, 0.3), 4),
                arguments(SamplerRule.of(Sampler.GAMMA, 0.6), 4),
                arguments(SamplerRule.of(Sampler.GAMMA, 0.6), 12),
                arguments(SamplerRule.of(Sampler.CM, 1), 4),
                arguments(SamplerRule.of(Sampler.CM, 1), 12),
                arguments(SamplerRule.of(Sampler.HEUN, 0), 6),
                arguments(SamplerRule.of(Sampler.HEUN, 0), 12));
    }

    @ParameterizedTest(name = "{0}, {1} steps")
    @MethodSource("rulesAndSteps")
    void unknownPixelsHaveTheMeanAndVarianceThatTheClosedFormSays(SamplerRule rule, int steps) {
        StepPlan plan = StepPlans.plan(rule, new Knots.Karras(steps), GRID);
        Moments expected = closedForm(plan);
        Moments measured = unknown(plan);
        assertThat(measured.mean()).isCloseTo(expected.mean(), within(5 * Math.sqrt(expected.variance() / UNKNOWN)));
        assertThat(measured.variance())
                .isCloseTo(expected.variance(), within(5 * expected.variance() * Math.sqrt(2.0 / UNKNOWN)));
    }

    private record Moments(double mean, double variance) {}

    /**
     * Each step begins with the known pixel at its value plus fresh noise, so independent of its unknown twin, whatever
     * the step before made of the pair: twin' = (p + m) / 2 twin + (p - m) / 2 known, where the step scales their sum
     * by p and their difference by m.
     */
    private static Moments closedForm(StepPlan plan) {
        double mean = 0;
        double start = plan.steps().get(0).t();
        double variance = start * start;
        double known = start * start;
        for (Step step : plan.steps()) {
            // The correction after it tells of the whole step.
            if (step.kind() == Step.Kind.EULER && step.s() > 0) {
                continue;
            }
            double sum = scale(GaussianPairs.CORRELATION, step);
            double difference = scale(-GaussianPairs.CORRELATION, step);
            double keep = (sum + difference) / 2;
            double take = (sum - difference) / 2;
            double fresh = step.noiseStd() * step.noiseStd();
            mean = keep * mean + take * VALUE;
            variance = keep * keep * variance + take * take * known + fresh;
            known = step.s() * step.s() + fresh;
        }
        return new Moments(mean, variance);
    }

    /** What a step makes of a sum or a difference; Heun's as the EDM paper's algorithm 2 has it. */
    private static double scale(double correlation, Step step) {
        return switch (step.kind()) {
            case JUMP -> GaussianPairs.scale(correlation, step.t(), step.s());
            case EULER -> GaussianPairs.denoised(correlation, step.from());
            case CORRECTION -> {
                double slope = (1 - GaussianPairs.denoised(correlation, step.from())) / step.from();
                double euler = 1 + (step.s() - step.from()) * slope;
                double slopeThere = (1 - GaussianPairs.denoised(correlation, step.s())) / step.s() * euler;
                yield 1 + (step.s() - step.from()) * (slope + slopeThere) / 2;
            }
        };
    }

    private static Moments unknown(StepPlan plan) {
        float[] reference = new float[DIMENSION];
        Arrays.fill(reference, VALUE);
        StepExecutor executor = new StepExecutor(new GaussianPairs(), 1);
        List<Walk> walks = new ArrayList<>();
        for (int sample = 0; sample < TRAJECTORIES; sample++) {
            walks.add(new Walk(plan, JumpBatch.NO_LABEL, SEED, sample, new Edit.Keep(leftHalf(), reference)));
        }
        while (!walks.get(0).isFinished()) {
            List<StepResult> results =
                    executor.run(walks.stream().map(walk -> walk.next(false)).toList());
            for (int i = 0; i < TRAJECTORIES; i++) {
                walks.get(i).take(results.get(i));
            }
        }
        double sum = 0;
        double squares = 0;
        for (Walk walk : walks) {
            for (int i = 0; i < DIMENSION; i++) {
                double value = GaussianPairs.isLeft(i) ? 0 : walk.x()[i];
                sum += value;
                squares += value * value;
            }
        }
        double mean = sum / UNKNOWN;
        return new Moments(mean, squares / UNKNOWN - mean * mean);
    }

    private static KnownPart leftHalf() {
        BitSet left = new BitSet(DIMENSION);
        for (int i = 0; i < DIMENSION; i++) {
            left.set(i, GaussianPairs.isLeft(i));
        }
        return new KnownPart.PixelSet(left, DIMENSION);
    }

    private static float[] ramp() {
        float[] ramp = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            ramp[i] = (float) i / DIMENSION - 0.5f;
        }
        return ramp;
    }
}
