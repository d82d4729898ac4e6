package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.glimpse.testing.GoldenTensors;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepPlansTest {
    private static final double SIGMA_MIN = 0.002;
    private static final double SIGMA_MAX = 80;
    private static final KarrasGrid GRID = new KarrasGrid(SIGMA_MIN, SIGMA_MAX, 7);
    private static final GoldenTensors GOLDEN = GoldenTensors.load("sampling_song_uncond");

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "code_exact_n1, EXACT, 0, 1",
        "code_exact_n2, EXACT, 0, 2",
        "code_exact_n4, EXACT, 0, 4",
        "code_gamma0.3_n4, GAMMA, 0.3, 4",
        "code_gamma0.9_n4, GAMMA, 0.9, 4",
        "code_cm_multistep_n4, CM, 1, 4"
    })
    void jumpsAreThoseTheOfficialSamplersMade(String run, Sampler sampler, double gamma, int steps) {
        List<Step> plan = plan(sampler, gamma, steps).steps();
        for (int i = 0; i < steps; i++) {
            float t = GOLDEN.floats(run + "/call" + i + "/t")[0];
            float s = GOLDEN.floats(run + "/call" + i + "/s")[0];
            assertThat(plan.get(i).t()).isCloseTo(t, within(3e-6 * t));
            assertThat(plan.get(i).s()).isCloseTo(s, within(3e-6 * s));
        }
        assertThat(GOLDEN.names()).doesNotContain(run + "/call" + steps + "/t");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"code_gamma0.3_n4, GAMMA, 0.3", "code_gamma0.9_n4, GAMMA, 0.9", "code_cm_multistep_n4, CM, 1"})
    void noiseIsAsStrongAsTheOfficialSamplersAdded(String run, Sampler sampler, double gamma) {
        List<Step> plan = plan(sampler, gamma, 4).steps();
        float[] noise = GOLDEN.floats("noise");
        for (int i = 0; i < 3; i++) {
            float[] jumped = GOLDEN.floats(run + "/call" + i + "/G");
            float[] noised = GOLDEN.floats(run + "/call" + (i + 1) + "/x");
            for (int j = 0; j < jumped.length; j++) {
                double expected = jumped[j] + plan.get(i).noiseStd() * noise[i * jumped.length + j];
                assertThat((double) noised[j]).isCloseTo(expected, within(1e-4));
            }
        }
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {1, 2, 3, 4, 8, 17, 64})
    void gammaZeroGivesTheNumbersOfExactAndGammaOneThoseOfCm(int steps) {
        assertThat(plan(Sampler.GAMMA, 0, steps).steps())
                .isEqualTo(plan(Sampler.EXACT, 0, steps).steps());
        assertThat(plan(Sampler.GAMMA, 1, steps).steps())
                .isEqualTo(plan(Sampler.CM, 1, steps).steps());
    }

    @ParameterizedTest(name = "gamma {0}")
    @ValueSource(doubles = {0, 1e-300, 1e-12, 1e-8, 1e-4, 0.1, 0.5, 0.9, 0.999999, 0.9999999999999999, 1})
    void everyPlanWalksFromSigmaMaxToSigmaMinAndKeepsTheVariance(double gamma) {
        for (int steps = 1; steps <= 64; steps++) {
            List<Step> plan = plan(Sampler.GAMMA, gamma, steps).steps();
            double time = SIGMA_MAX;
            for (Step step : plan) {
                assertThat(step.t()).isEqualTo(time);
                double variance = step.s() * step.s() + step.noiseStd() * step.noiseStd();
                assertThat(Math.sqrt(variance)).isCloseTo(step.nextT(), within(1e-14 * step.nextT()));
                time = step.nextT();
            }
            assertThat(plan.get(steps - 1))
                    .isEqualTo(new Step(plan.get(steps - 1).t(), SIGMA_MIN, SIGMA_MIN, 0));
        }
    }

    @Test
    void moreGammaJumpsFurtherAndAddsMoreNoise() {
        Step last = plan(Sampler.GAMMA, 0, 4).steps().get(1);
        for (int percent = 1; percent <= 100; percent++) {
            Step step = plan(Sampler.GAMMA, percent / 100.0, 4).steps().get(1);
            assertThat(step.s()).isLessThan(last.s());
            assertThat(step.noiseStd()).isGreaterThan(last.noiseStd());
            assertThat(step.nextT()).isEqualTo(last.nextT());
            last = step;
        }
    }

    @Test
    void planTellsItsEvaluationsSamplerAndGamma() {
        StepPlan plan = plan(Sampler.GAMMA, 0.5, 7);
        assertThat(plan.nfe()).isEqualTo(7);
        assertThat(plan.sampler()).isEqualTo(Sampler.GAMMA);
        assertThat(plan.gamma()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "EXACT, 0.5, 4, 'gamma: 0.5 (expected: 0 for sampler exact)'",
        "CM, 0, 4, 'gamma: 0.0 (expected: 1 for sampler cm)'",
        "GAMMA, 2, 4, 'gamma: 2.0 (expected: 0..1)'",
        "GAMMA, -0.1, 4, 'gamma: -0.1 (expected: 0..1)'",
        "GAMMA, NaN, 4, 'gamma: NaN (expected: 0..1)'",
        "EXACT, 0, 0, 'steps: 0 (expected: at least 1)'"
    })
    void impossiblePlanNamesTheValueAndWhatWasExpected(Sampler sampler, double gamma, int steps, String message) {
        assertThatThrownBy(() -> plan(sampler, gamma, steps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {1, 2, 3, 18, 1000})
    void heunTakesTwoEvaluationsAStepButOneForItsLast(int steps) {
        StepPlan plan = plan(Sampler.HEUN, 0, steps);
        assertThat(plan.nfe()).isEqualTo(2 * steps - 1);
        assertThat(SamplerRule.of(Sampler.HEUN, 0).evaluations(steps)).isEqualTo(plan.nfe());
        assertThat(plan.steps().get(plan.nfe() - 1).nextT()).isZero();
        assertThat(plan.steps()).allSatisfy(step -> assertThat(step.target()).isEqualTo(step.level()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"EXACT, 0", "GAMMA, 0.4", "CM, 1", "HEUN, 0"})
    void aThousandStepsCanBePlanned(Sampler sampler, double gamma) {
        StepPlan plan = plan(sampler, gamma, 1000);
        assertThat((long) plan.nfe()).isEqualTo(SamplerRule.of(sampler, gamma).evaluations(1000));
    }

    @Test
    void churnLiftsEachStepInItsRangeByItsShareOfAllSteps() {
        Churn churn = new Churn(1.2, 0.01, 50, 1.007);
        List<Step> plan = StepPlans.plan(
                        new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, churn), new Knots.Karras(8), GRID)
                .steps();
        for (Step step : plan) {
            if (step.kind() == Step.Kind.EULER) {
                boolean churned = step.t() >= 0.01 && step.t() <= 50;
                assertThat(step.from()).isEqualTo(churned ? step.t() * (1 + 1.2 / 8) : step.t());
                double variance = step.from() * step.from() - step.t() * step.t();
                assertThat(step.noiseStd()).isCloseTo(1.007 * Math.sqrt(variance), within(1e-12 * SIGMA_MAX));
            }
        }
        assertThat(plan.stream().filter(step -> step.noiseStd() > 0)).hasSize(6);
    }

    @Test
    void churnNeverLiftsAStepByMoreThanTheSquareRootOfTwo() {
        Churn churn = new Churn(1000, 0, Double.POSITIVE_INFINITY, 1);
        Step first = StepPlans.plan(
                        new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, churn), new Knots.Karras(4), GRID)
                .steps()
                .get(0);
        assertThat(first.from()).isCloseTo(SIGMA_MAX * Math.sqrt(2), within(1e-12 * SIGMA_MAX));
    }

    @Test
    void twoJumpsAreGammaSamplingWithTheGammaOfTheirLanding() {
        StepPlan two = StepPlans.plan(
                SamplerRule.of(Sampler.TWO_JUMP, 0), new Knots.Times(List.of(80.0, 1.0, 2.0, 0.002)), GRID);
        StepPlan gamma = StepPlans.plan(
                SamplerRule.of(Sampler.GAMMA, two.gamma()), new Knots.Times(List.of(80.0, 2.0, 0.002)), GRID);
        for (int i = 0; i < 2; i++) {
            assertThat(two.steps().get(i).s()).isCloseTo(gamma.steps().get(i).s(), within(1e-12));
            assertThat(two.steps().get(i).noiseStd())
                    .isCloseTo(gamma.steps().get(i).noiseStd(), within(1e-12));
        }
    }

    @Test
    void secondTimesOfTwoJumpsBeingEqualAddNoNoise() {
        StepPlan plan =
                StepPlans.plan(SamplerRule.of(Sampler.TWO_JUMP, 0), new Knots.OnGrid(18, List.of(0, 8, 8, 17)), GRID);
        assertThat(plan.steps()).allSatisfy(step -> assertThat(step.noiseStd()).isZero());
    }

    @Test
    void twoJumpWalksAGridOfAnySizeAndNotOnlyOfForty() {
        for (int size : new int[] {3, 18, 40, 64}) {
            List<Step> plan = StepPlans.plan(
                            SamplerRule.of(Sampler.TWO_JUMP, 0),
                            new Knots.OnGrid(size, List.of(0, size - 1, 1, size - 1)),
                            GRID)
                    .steps();
            assertThat(plan.get(0)).extracting(Step::s, Step::nextT).containsExactly(SIGMA_MIN, GRID.knots(size)[1]);
            assertThat(plan.get(1).s()).isEqualTo(SIGMA_MIN);
        }
    }

    @Test
    void freeKnotsAreWalkedAsTheyStand() {
        Knots knots = new Knots.Times(List.of(79.99999, 3.0, 0.5, 0.002));
        List<Step> plan =
                StepPlans.plan(SamplerRule.of(Sampler.EXACT, 0), knots, GRID).steps();
        assertThat(plan)
                .containsExactly(
                        new Step(80, 3, 3, 0), new Step(3, 0.5, 0.5, 0), new Step(0.5, SIGMA_MIN, SIGMA_MIN, 0));
    }

    @ParameterizedTest(name = "gamma {0}")
    @ValueSource(doubles = {0.1, 0.5, 0.9, 1})
    void paperAndOfficialFormDifferByNoMoreThanSigmaMin(double gamma) {
        List<Step> official = plan(Sampler.GAMMA, gamma, 18).steps();
        List<Step> paper = StepPlans.plan(
                        new SamplerRule(Sampler.GAMMA, gamma, GammaForm.PAPER, Churn.NONE), new Knots.Karras(18), GRID)
                .steps();
        for (int i = 0; i < official.size(); i++) {
            assertThat(paper.get(i).s()).isCloseTo(official.get(i).s(), within(SIGMA_MIN));
            assertThat(paper.get(i).s()).isGreaterThanOrEqualTo(SIGMA_MIN);
            double variance =
                    Math.pow(paper.get(i).s(), 2) + Math.pow(paper.get(i).noiseStd(), 2);
            assertThat(Math.sqrt(variance)).isCloseTo(paper.get(i).nextT(), within(SIGMA_MIN));
        }
    }

    static Stream<Arguments> impossibleKnots() {
        return Stream.of(
                arguments(
                        Sampler.EXACT, new Knots.Times(List.of(40.0, 0.002)), "knots: 40.0 (expected: sigma_max 80.0"),
                arguments(Sampler.EXACT, new Knots.Times(List.of(80.0, 1.0)), "knots: 1.0 (expected: sigma_min 0.002"),
                arguments(Sampler.EXACT, new Knots.Times(List.of(80.0)), "knots: [80.0] (expected: at least 2)"),
                arguments(
                        Sampler.EXACT,
                        new Knots.Times(List.of(80.0, 1.0, 2.0, 0.002)),
                        "knots: 2.0 (expected: less than the knot before, 1.0)"),
                arguments(
                        Sampler.EXACT,
                        new Knots.Times(List.of(80.0, Double.NaN, 0.002)),
                        "knots: NaN (expected: less than the knot before, 80.0)"),
                arguments(Sampler.TWO_JUMP, new Knots.Karras(2), "knots: none (expected: 4 for sampler two_jump"),
                arguments(
                        Sampler.TWO_JUMP,
                        new Knots.Times(List.of(80.0, 0.002)),
                        "knots: 2 of them (expected: 4 for sampler two_jump"),
                arguments(
                        Sampler.TWO_JUMP,
                        new Knots.Times(List.of(80.0, 3.0, 2.0, 0.002)),
                        "knots: [80.0, 3.0, 2.0, 0.002] (expected: start >"));
    }

    @ParameterizedTest
    @MethodSource("impossibleKnots")
    void knotsThatCannotBeWalkedAreRefusedByName(Sampler sampler, Knots knots, String message) {
        assertThatThrownBy(() -> StepPlans.plan(SamplerRule.of(sampler, 0), knots, GRID))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void placesBeyondTheGridAreRefusedByName() {
        assertThatThrownBy(() -> new Knots.OnGrid(18, List.of(0, 18)))
                .hasMessage("knots: 18 (expected: indices 0..17)");
        assertThatThrownBy(() -> new Knots.OnGrid(1, List.of(0))).hasMessage("knots.grid: 1 (expected: 2..100000)");
        assertThatThrownBy(() -> new Knots.Times(List.of())).hasMessage("knots: none (expected: at least 1)");
    }

    @Test
    void churnThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> new Churn(-1, 0, 1, 1))
                .hasMessage("churn.amount: -1.0 (expected: at least 0, finite)");
        assertThatThrownBy(() -> new Churn(1, 2, 1, 1)).hasMessage("churn.max_t: 1.0 (expected: at least min_t, 2.0)");
        assertThatThrownBy(() -> new Churn(1, 0, 1, 0)).hasMessage("churn.noise: 0.0 (expected: more than 0, finite)");
        assertThatThrownBy(() -> new SamplerRule(Sampler.CM, 1, GammaForm.OFFICIAL, new Churn(1, 0, 1, 1)))
                .hasMessage("churn.amount: 1.0 (expected: absent, or sampler heun)");
        assertThatThrownBy(() -> new SamplerRule(Sampler.HEUN, 0, GammaForm.PAPER, Churn.NONE))
                .hasMessage("gamma_form: paper (expected: absent with sampler heun)");
    }

    private static StepPlan plan(Sampler sampler, double gamma, int steps) {
        return StepPlans.plan(sampler, gamma, steps, SIGMA_MIN, SIGMA_MAX, 7);
    }
}
