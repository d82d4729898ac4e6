package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditioningTest {
    private static final double SIGMA_DATA = 0.5;

    /** The denoiser's error is c_out times the network's, c_out = t sigma_data / sqrt(t^2 + sigma_data^2). */
    @ParameterizedTest(name = "t = {0}")
    @ValueSource(doubles = {0.002, 0.1, 1, 80})
    void weightedErrorIsTheNetworksOwnAtEveryTime(double t) {
        double scaleOut = t * SIGMA_DATA / Math.hypot(t, SIGMA_DATA);
        assertThat(new Preconditioning(SIGMA_DATA).lossWeight(t) * scaleOut * scaleOut)
                .isCloseTo(1, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void impossibleDataDeviationIsRefused(double sigmaData) {
        assertThatThrownBy(() -> new Preconditioning(sigmaData))
                .hasMessage("sigmaData: " + sigmaData + " (expected: more than 0, finite)");
    }
}
