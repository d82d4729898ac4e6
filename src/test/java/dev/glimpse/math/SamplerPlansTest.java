package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans of the samplers and knots that the official code has besides its usual ones. */
class SamplerPlansTest {
    private static final double SIGMA_MIN = 0.002;
    private static final double SIGMA_MAX = 80;
    private static final KarrasGrid GRID = new KarrasGrid(SIGMA_MIN, SIGMA_MAX, 7);

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
    void churnLiftsTheStepsAtTheVeryEndsOfItsRange() {
        double[] times = GRID.knots(8);
        Churn churn = new Churn(1.2, times[5], times[2], 1);
        List<Step> plan = StepPlans.plan(
                        new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, churn), new Knots.Karras(8), GRID)
                .steps();
        assertThat(plan.stream().filter(step -> step.noiseStd() > 0).map(Step::t))
                .containsExactly(times[2], times[3], times[4], times[5]);
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
                        "knots: [80.0, 3.0, 2.0, 0.002] (expected: start >"),
                arguments(
                        Sampler.TWO_JUMP,
                        new Knots.Times(List.of(80.0, 0.002, 0.002, 0.002)),
                        "knots: [80.0, 0.002, 0.002, 0.002] (expected: start >"));
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
        assertThatThrownBy(() -> new Churn(1, 0, 1, 0))
                .hasMessage("churn.noise: 0.0 (expected: more than 0, at most 10)");
        assertThatThrownBy(() -> new Churn(1, 0, 1, 1e38))
                .hasMessage("churn.noise: 1.0E38 (expected: more than 0, at most 10)");
        assertThatThrownBy(() -> new SamplerRule(Sampler.CM, 1, GammaForm.OFFICIAL, new Churn(1, 0, 1, 1)))
                .hasMessage("churn.amount: 1.0 (expected: absent, or sampler heun)");
        assertThatThrownBy(() -> new SamplerRule(Sampler.HEUN, 0, GammaForm.PAPER, Churn.NONE))
                .hasMessage("gamma_form: paper (expected: absent with sampler heun)");
    }

    private static StepPlan plan(Sampler sampler, double gamma, int steps) {
        return StepPlans.plan(sampler, gamma, steps, SIGMA_MIN, SIGMA_MAX, 7);
    }
}
