package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.testing.GoldenTensors;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditioningTest {
    private static final Preconditioning SCALINGS = new Preconditioning(0.5);

    @Test
    void scalingsAreTheOfficialOnes() {
        assertEqualsGolden("c_in", "t", SCALINGS::cIn);
        assertEqualsGolden("c_skip", "t", SCALINGS::cSkip);
        assertEqualsGolden("c_out", "t", SCALINGS::cOut);
    }

    @Test
    void noiseConditioningIsTheOfficialOneForBothTimes() {
        assertEqualsGolden("c_noise_t", "t", Preconditioning::cNoise);
        assertEqualsGolden("c_noise_s", "s", Preconditioning::cNoise);
    }

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.002, 0.1, 1, 80})
    void inputHasUnitVarianceAtEveryTime(double t) {
        double variance = t * t + 0.25;
        assertThat(SCALINGS.cIn(t) * SCALINGS.cIn(t) * variance).isCloseTo(1, within(1e-14));
    }

    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.002, 0.1, 1, 80})
    void targetHasUnitVarianceAtEveryTime(double t) {
        double skip = SCALINGS.cSkip(t);
        double variance =
                ((1 - skip) * (1 - skip) * 0.25 + skip * skip * t * t) / (SCALINGS.cOut(t) * SCALINGS.cOut(t));
        assertThat(variance).isCloseTo(1, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void timeWithoutALogarithmIsRefused(double t) {
        assertThatThrownBy(() -> Preconditioning.cNoise(t)).hasMessage("t: " + t + " (expected: more than 0)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void impossibleDataDeviationIsRefused(double sigmaData) {
        assertThatThrownBy(() -> new Preconditioning(sigmaData))
                .hasMessage("sigmaData: " + sigmaData + " (expected: more than 0, finite)");
    }

    private static void assertEqualsGolden(String name, String time, DoubleUnaryOperator scaling) {
        GoldenTensors golden = GoldenTensors.load("song_uncond.io");
        float[] times = golden.floats(time);
        float[] official = golden.floats(name);
        assertThat(official).hasSameSizeAs(times);
        for (int i = 0; i < times.length; i++) {
            assertThat(scaling.applyAsDouble(times[i]))
                    .as("%s(%s)", name, times[i])
                    .isCloseTo(official[i], within(2e-6 * Math.max(1, Math.abs(official[i]))));
        }
    }
}
