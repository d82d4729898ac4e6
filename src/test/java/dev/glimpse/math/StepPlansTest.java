package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.testing.GoldenTensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepPlansTest {
    private static final double SIGMA_MIN = 0.002;
    private static final double SIGMA_MAX = 80;
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
        "EXACT, 0, 0, 'steps: 0 (expected: at least 1)'",
        "EXACT, 0, 100001, 'steps: 100001 (expected: at most 100000)'",
        "HEUN, 0, 2147483647, 'steps: 2147483647 (expected: at most 100000)'"
    })
    void impossiblePlanNamesTheValueAndWhatWasExpected(Sampler sampler, double gamma, int steps, String message) {
        assertThatThrownBy(() -> plan(sampler, gamma, steps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static StepPlan plan(Sampler sampler, double gamma, int steps) {
        return StepPlans.plan(sampler, gamma, steps, SIGMA_MIN, SIGMA_MAX, 7);
    }
}
