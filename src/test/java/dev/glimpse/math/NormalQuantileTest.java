package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalQuantileTest {
    /**
     * The digits are those of mpmath 1.4.1 with 60 digits: the root z of log(erfc(-z / sqrt 2) / 2) = log p by Newton's
     * method, where p is the exact value of the double, not of the decimal text. The tolerance is under three units in
     * the last place: what the rounding of some thirty operations leaves of a formula good to 1e-16.
     */
    @ParameterizedTest(name = "p = {0}")
    @CsvSource({
        "0.25, -0.6744897501960817432",
        "0.75, 0.6744897501960817432",
        "0.3, -0.52440051270804081597",
        "0.6180339887498949, 0.3003213853899986574",
        "0.075, -1.4395314709384559349",
        "0.925, 1.4395314709384562291",
        "0.0749, -1.4402382675279636631",
        "0.9251, 1.4402382675279638594",
        "0.01, -2.3263478740408410931",
        "0.99, 2.3263478740408407676",
        "0.001, -3.0902323061678135354",
        "1e-5, -4.2648907939228246102",
        "1.1641532182693481e-10, -6.3379577545537892525",
        "0.9999999998835847, 6.3379577545537892525",
        "1e-10, -6.3613409024040561991",
        "1.3887943864964021e-11, -6.6579046435011035837",
        "1e-11, -6.7060231554951362961",
        "1e-12, -7.0344838253011319326",
        "1e-20, -9.2623400897984075796",
        "1e-100, -21.273453560965324294",
        "1e-300, -37.047096299361199237"
    })
    void quantileAgreesWithHighPrecisionToSixteenDigits(double p, double z) {
        assertThat(NormalQuantile.of(p)).isCloseTo(z, within(6e-16 * Math.abs(z)));
    }

    @Test
    void medianIsExactlyZero() {
        assertThat(NormalQuantile.of(0.5)).isZero();
    }

    @ParameterizedTest(name = "p = {0}")
    @ValueSource(doubles = {0x1p-33, 0x1p-20, 0.0625, 0.0703125, 0.25, 0.4375})
    void mirroredProbabilitiesGiveOppositeNormals(double p) {
        assertThat(NormalQuantile.of(1 - p)).isEqualTo(-NormalQuantile.of(p));
    }

    @Test
    void quantileNeverFallsWhereTheFormulasMeet() {
        for (double join : new double[] {0.075, 0.925, Math.exp(-25)}) {
            double p = join * (1 - 1e-12);
            double last = NormalQuantile.of(p);
            for (int i = 0; i < 200; i++) {
                p += join * 1e-14;
                double z = NormalQuantile.of(p);
                assertThat(z).as("p = %s", p).isGreaterThanOrEqualTo(last - 4e-16 * Math.abs(last));
                last = z;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, 1.1, Double.NaN})
    void probabilityOutsideTheOpenIntervalIsRefused(double p) {
        assertThatThrownBy(() -> NormalQuantile.of(p))
                .hasMessage("p: " + p + " (expected: between 0 and 1, both excluded)");
    }
}
