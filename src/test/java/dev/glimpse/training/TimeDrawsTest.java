package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.testing.GoldenTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeDrawsTest {
    private static final int STEPS = 5000;
    private static final int ROWS = 8;

    private final TimeDraws draws = new TimeDraws(TinyRun.student(1));

    @Test
    void noiseLevelsOfTheDenoisingLossAreTheOfficialOnes() {
        GoldenTensors golden = GoldenTensors.load("schedules");
        float[] normal = golden.floats("halflognormal/randn");
        float[] uniform = golden.floats("halflognormal/rand");
        float[] sigmas = golden.floats("halflognormal/sigmas");
        assertThat(sigmas).hasSize(normal.length + uniform.length);
        for (int i = 0; i < normal.length; i++) {
            assertThat(draws.logNormal(normal[i])).isCloseTo(sigmas[i], within(1e-6 * sigmas[i]));
        }
        for (int i = 0; i < uniform.length; i++) {
            double expected = sigmas[normal.length + i];
            assertThat(draws.wide(uniform[i])).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @Test
    void wideLevelsEndWhereSevenTenthsOfTheGridDo() {
        assertThat(draws.wide(0)).isCloseTo(80, within(1e-9));
        assertThat(draws.wide(1)).isCloseTo(0.318283, within(1e-6));
    }

    /** Of 11 rows, 5 have log-normal levels and 5 wide ones, whatever their place in the batch. */
    @Test
    void firstHalfOfAMicrobatchIsLogNormalAndTheRestWide() {
        int steps = 4000;
        for (int place = 0; place < 11; place++) {
            double sum = 0;
            double squares = 0;
            double least = Double.MAX_VALUE;
            for (int step = 0; step < steps; step++) {
                double sigma = draws.sigma(step, 20 + place, place, 11);
                least = Math.min(least, sigma);
                sum += Math.log(sigma);
                squares += Math.log(sigma) * Math.log(sigma);
            }
            double mean = sum / steps;
            double deviation = Math.sqrt(squares / steps - mean * mean);
            if (place < 5) {
                // Six standard errors of a mean and of a deviation of so many draws are about 0.11 and 0.08.
                assertThat(mean).as("mean at %d", place).isCloseTo(-1.2, within(0.11));
                assertThat(deviation).as("deviation at %d", place).isCloseTo(1.2, within(0.08));
            } else if (place > 5) {
                assertThat(least).as("least at %d", place).isBetween(0.318, 0.33);
            }
        }
    }

    /** Many shards leave few rows to each, which must not move the levels to the noisy end. */
    @ParameterizedTest(name = "{0} rows")
    @ValueSource(ints = {1, 2, 3, 8, 11})
    void shareOfWideLevelsIsTheSameInAnyMicrobatch(int rows) {
        int steps = 20_000 / rows;
        int low = 0;
        for (int step = 0; step < steps; step++) {
            for (int place = 0; place < rows; place++) {
                low += draws.sigma(step, place, place, rows) < draws.wide(1) ? 1 : 0;
            }
        }
        // Half of the levels are log-normal, and 0.518 of those lie below all wide ones; 0.02 is six standard errors.
        assertThat((double) low / steps / rows).isCloseTo(0.5 * 0.518, within(0.02));
    }

    /** t uniform on the knots that have h after them, and then s uniform from t + h to the last knot. */
    @ParameterizedTest(name = "h {0}")
    @ValueSource(ints = {1, 2, 3})
    void everyStartAndEveryEndThatItLeavesAreEquallyLikely(int h) {
        int n = 10;
        Goal.JumpKnots knots = new Goal.JumpKnots(n, 3, 0, 0, 0);
        int[][] seen = new int[n][n];
        for (int step = 0; step < STEPS; step++) {
            for (int row = 0; row < ROWS; row++) {
                TimeDraws.Triple triple = draws.triple(step, row, h, knots);
                seen[triple.t()][triple.s()]++;
            }
        }
        for (int t = 0; t < n; t++) {
            for (int s = 0; s < n; s++) {
                boolean possible = t < n - h && s >= t + h;
                double share = possible ? 1.0 / (n - h) / (n - t - h) : 0;
                double expected = STEPS * ROWS * share;
                double most = 6 * Math.sqrt(expected * (1 - share));
                assertThat((double) seen[t][s]).as("from %d to %d", t, s).isCloseTo(expected, within(most));
            }
        }
    }

    @Test
    void sharesOfTheRowsBeginAtTheFirstKnotEndAtTheLastOrDoBoth() {
        int n = 10;
        int h = 2;
        double whole = 0.1;
        double first = 0.2;
        double last = 0.4;
        Goal.JumpKnots knots = new Goal.JumpKnots(n, 3, whole, first, last);
        int[][] seen = new int[n][n];
        for (int step = 0; step < STEPS; step++) {
            for (int row = 0; row < ROWS; row++) {
                TimeDraws.Triple triple = draws.triple(step, row, h, knots);
                assertThat(triple.u()).isEqualTo(triple.t() + h);
                seen[triple.t()][triple.s()]++;
            }
        }
        for (int t = 0; t < n; t++) {
            for (int s = 0; s < n; s++) {
                double begins = t == 0 ? 1 : 0;
                double ends = s == n - 1 ? 1 : 0;
                double start = t < n - h ? 1.0 / (n - h) : 0;
                double end = t < n - h && s >= t + h ? 1.0 / (n - t - h) : 0;
                double share = whole * begins * ends
                        + first * begins * end
                        + last * start * ends
                        + (1 - whole - first - last) * start * end;
                double rows = STEPS * ROWS * share;
                assertThat((double) seen[t][s]).as("from %d to %d", t, s).isCloseTo(rows, within(6 * Math.sqrt(rows)));
            }
        }
    }

    @Test
    void sharesAreAllOfABatchAtMost() {
        assertThat(0.33 + 0.56 + 0.11).as("decimals of 1, in binary").isGreaterThan(1);
        assertThat(new Goal.JumpKnots(10, 3, 0.33, 0.56, 0.11).lastShare()).isEqualTo(0.11);

        assertThatThrownBy(() -> new Goal.JumpKnots(10, 3, 0.7, 0.2, 0.2))
                .hasMessageContaining(
                        "last_share: 0.2 (expected: 0 or more, and no more than the shares before it leave)");
    }

    @Test
    void levelsStayWhereAModelIsAsked() {
        TrainingRecipe recipe = TinyRun.recipe(
                TinyRun.schedule(1, 8, Schedule.OptimiserKind.ADAM),
                new Goal.Denoiser(new Goal.NoiseLevels(0, 1000, 0)));
        TimeDraws extreme = new TimeDraws(recipe);
        for (int step = 0; step < 100; step++) {
            assertThat(extreme.sigma(step, 0, 0, 1)).isBetween(0.002, 80.0);
        }
    }
}
