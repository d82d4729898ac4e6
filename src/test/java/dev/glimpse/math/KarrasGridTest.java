package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.testing.GoldenTensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KarrasGridTest {
    private static final KarrasGrid GRID = new KarrasGrid(0.002, 80, 7);
    private static final GoldenTensors GOLDEN = GoldenTensors.load("schedules");

    @ParameterizedTest(name = "{0} knots")
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 18, 19, 40, 41})
    void knotsAreTheOfficialOnes(int n) {
        double[] official = GOLDEN.doubles("karras_f64/" + n);
        double[] knots = GRID.knots(n);
        assertThat(knots).hasSize(official.length - 1);
        for (int i = 0; i < n; i++) {
            assertThat(knots[i]).isCloseTo(official[i], within(1e-13 * official[i]));
        }
    }

    @ParameterizedTest(name = "{0} knots")
    @ValueSource(ints = {18, 40})
    void trainingTimesAreTheOfficialOnes(int n) {
        double[] official = GOLDEN.doubles("train_get_t_f64/" + n);
        double[] knots = GRID.knots(n);
        for (int i = 0; i < n; i++) {
            assertThat(knots[i]).isCloseTo(official[i], within(1e-13 * official[i]));
        }
    }

    @ParameterizedTest(name = "{0} knots")
    @ValueSource(ints = {2, 3, 18, 1000})
    void endsAreExactlySigmaMaxAndSigmaMin(int n) {
        double[] knots = GRID.knots(n);
        assertThat(knots[0]).isEqualTo(80);
        assertThat(knots[n - 1]).isEqualTo(0.002);
    }

    @Test
    void singleKnotIsSigmaMax() {
        assertThat(GRID.knots(1)).containsExactly(80);
    }

    @ParameterizedTest(name = "rho {0}")
    @ValueSource(doubles = {0.5, 1, 3, 7, 20})
    void knotsFallAllTheWay(double rho) {
        double[] knots = new KarrasGrid(0.002, 80, rho).knots(257);
        for (int i = 1; i < knots.length; i++) {
            assertThat(knots[i]).isLessThan(knots[i - 1]);
        }
    }

    @Test
    void rhoOneSpacesKnotsEvenly() {
        double[] knots = new KarrasGrid(1, 5, 1).knots(5);
        assertThat(knots).containsExactly(new double[] {5, 4, 3, 2, 1}, within(1e-14));
    }

    @Test
    void coarseGridIsPartOfTheFineOne() {
        double[] coarse = GRID.knots(5);
        double[] fine = GRID.knots(9);
        double[] everySecond = new double[] {fine[0], fine[2], fine[4], fine[6], fine[8]};
        assertThat(Arrays.equals(coarse, everySecond)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 80, 7, 'sigmaMin: 0.0 (expected: more than 0, finite)'",
        "NaN, 80, 7, 'sigmaMin: NaN (expected: more than 0, finite)'",
        "0.002, 0.002, 7, 'sigmaMax: 0.002 (expected: more than sigmaMin 0.002, finite)'",
        "0.002, Infinity, 7, 'sigmaMax: Infinity (expected: more than sigmaMin 0.002, finite)'",
        "0.002, 80, 0, 'rho: 0.0 (expected: more than 0, finite)'",
    })
    void impossibleGridNamesTheValueAndWhatWasExpected(double sigmaMin, double sigmaMax, double rho, String message) {
        assertThatThrownBy(() -> new KarrasGrid(sigmaMin, sigmaMax, rho)).hasMessage(message);
    }

    @Test
    void gridOfNoKnotsIsRefused() {
        assertThatThrownBy(() -> GRID.knots(0)).hasMessage("n: 0 (expected: at least 1)");
    }
}
