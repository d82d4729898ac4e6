package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LikelihoodSummaryTest {
    @Test
    void emptySummaryKnowsNothing() {
        LikelihoodSummary summary = new LikelihoodSummary();

        assertThat(summary.count()).isZero();
        assertThat(summary.bitsPerDimension()).isEmpty();
        assertThat(summary.probeError()).isEmpty();
        assertThat(summary.pictureError()).isEmpty();
    }

    @Test
    void meanAndBothErrorsFollowTheirFormulas() {
        double[] bits = {3, 5, 4.5};
        double[] errors = {0.1, 0.2, 0.05};
        LikelihoodSummary summary = new LikelihoodSummary();
        for (int i = 0; i < bits.length; i++) {
            summary.add(picture(bits[i], OptionalDouble.of(errors[i])));
        }
        double mean = (bits[0] + bits[1] + bits[2]) / 3;
        double squares = Math.pow(bits[0] - mean, 2) + Math.pow(bits[1] - mean, 2) + Math.pow(bits[2] - mean, 2);
        double probes = errors[0] * errors[0] + errors[1] * errors[1] + errors[2] * errors[2];

        assertThat(summary.bitsPerDimension().orElseThrow()).isCloseTo(mean, within(1e-12));
        assertThat(summary.pictureError().orElseThrow()).isCloseTo(Math.sqrt(squares / 2 / 3), within(1e-12));
        assertThat(summary.probeError().orElseThrow()).isCloseTo(Math.sqrt(probes) / 3, within(1e-12));
        assertThat(summary.evaluations()).isEqualTo(30);
    }

    @Test
    void singleProbeAndSinglePictureHaveNoError() {
        LikelihoodSummary summary = new LikelihoodSummary();
        summary.add(picture(3, OptionalDouble.empty()));

        assertThat(summary.bitsPerDimension()).hasValue(3);
        assertThat(summary.probeError()).isEmpty();
        assertThat(summary.pictureError()).isEmpty();
    }

    private static PictureLikelihood picture(double bits, OptionalDouble error) {
        return new PictureLikelihood(0, bits, error, 0, 0, 0, 10);
    }
}
