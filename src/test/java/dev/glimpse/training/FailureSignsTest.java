package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureSignsTest {
    private static final int LONG = 200;

    private final FailureSigns signs = new FailureSigns();

    @ParameterizedTest
    @CsvSource({
        "critic, 0.0001, the critics' loss is near 0",
        "critic, 2, the critics' loss stays at 2",
        "ctm, 0, the jumps' loss is 0 from the start"
    })
    void termThatStaysWhereItShouldNotIsToldOnce(String term, double value, String text) {
        List<String> told = new ArrayList<>();
        for (int step = 1; step <= LONG; step++) {
            told.addAll(signs.watch(statistics(step, Map.of(term, value), 1, 0)));
        }
        assertThat(told).singleElement().asString().startsWith(text);
    }

    /** Means over so many microbatches round, and with one that is off they are far from the bound. */
    @ParameterizedTest
    @CsvSource({
        "lambda_dsm, 1, 0, lambda_dsm stays at its upper bound: ",
        "lambda_dsm, 192, 1, lambda_dsm stays at its upper bound: ",
        "lambda_gan, 57, 0, lambda_gan stays at a bound (0.01 or 10): ",
        "lambda_gan, 115, 0, lambda_gan stays at a bound (0.01 or 10): ",
        "lambda_gan, 192, 1, lambda_gan stays at a bound (0.01 or 10): "
    })
    void weightThatStaysAtABoundInNearlyAllMicrobatchesIsToldOnce(String weight, int parts, int off, String text) {
        List<String> told = new ArrayList<>();
        for (int step = 1; step <= LONG; step++) {
            told.addAll(signs.watch(bounded(step, weight, parts, off)));
        }
        assertThat(told).singleElement().asString().startsWith(text);
    }

    @Test
    void weightThatIsOftenFreeIsNoSign() {
        for (int step = 1; step <= LONG; step++) {
            assertThat(signs.watch(bounded(step, "lambda_gan", 16, 4))).isEmpty();
        }
    }

    /** As a step of so many microbatches tells of a weight that is at its bound in all but some. */
    private static TrainingListener.Statistics bounded(int step, String weight, int parts, int off) {
        List<Map<String, Double>> shares = IntStream.range(0, parts)
                .mapToObj(part -> Map.of(weight, part < off ? 0.0 : 1.0))
                .toList();
        return new TrainingListener.Statistics(
                step, 1000, Map.of(weight, 1.0), 1, 1e-3, step, 100, 0, Losses.mean(shares));
    }

    /** Single steps are far from 2, as they are in such runs. */
    @Test
    void criticsThatHardlyTellPicturesApartAreToldOfOnceTheyHadTime() {
        for (int step = 1; step < 500; step++) {
            assertThat(signs.watch(critics(step, 1.95))).isEmpty();
        }
        assertThat(signs.watch(critics(500, 1.95)))
                .singleElement()
                .asString()
                .isEqualTo("the critics' loss stays near 2: they hardly tell pictures apart, and the generator learns"
                        + " little from them; augment: false shows them smaller differences, a larger period gives them"
                        + " more steps");
        assertThat(signs.watch(critics(501, 1.95))).isEmpty();
    }

    @Test
    void criticsThatTellSomePicturesApartAreNoSign() {
        for (int step = 1; step <= 1000; step++) {
            assertThat(signs.watch(critics(step, 1.85))).isEmpty();
        }
    }

    /** Such a step is left out; it must neither hide nor make up what the others show. */
    @ParameterizedTest
    @CsvSource({"NaN, 1.95, 1", "Infinity, 1.95, 1", "NaN, 1.85, 0", "Infinity, 1.85, 0"})
    void criticsStepWithoutFiniteNumbersTeachesNothing(double once, double usual, int signs) {
        List<String> told = new ArrayList<>();
        for (int step = 1; step <= 1000; step++) {
            told.addAll(this.signs.watch(critics(step, step == 10 ? once : usual)));
        }
        assertThat(told).hasSize(signs);
    }

    private static TrainingListener.Statistics critics(int step, double mean) {
        return statistics(step, Map.of("critic", mean + (step % 2 == 0 ? 0.2 : -0.2)), 1, 0);
    }

    @Test
    void healthyRunIsToldNothing() {
        for (int step = 1; step <= LONG; step++) {
            Map<String, Double> terms = Map.of("ctm", 0.5, "dsm", 0.4, "lambda_dsm", 2.0 + step % 3, "critic", 1.7);
            assertThat(signs.watch(statistics(step, terms, 1 + step % 5, 10))).isEmpty();
        }
    }

    @Test
    void exceptionalStepsAreNoSign() {
        for (int step = 1; step <= LONG; step++) {
            assertThat(signs.watch(bounded(step, "lambda_dsm", 4, step % 20 == 0 ? 4 : 0)))
                    .isEmpty();
        }
    }

    /** The run's optimiser may be the other one. */
    @Test
    void gradientThatExplodesInTheFirstStepsIsToldByWhatHelpsWithEachOptimiser() {
        signs.watch(statistics(1, Map.of("ctm", 1.0), 1, 0));
        assertThat(signs.watch(statistics(2, Map.of("ctm", 1.0), 1000, 0)))
                .singleElement()
                .asString()
                .isEqualTo(
                        "the gradient explodes in the first steps: lower the learning_rate or lengthen the warmup; with"
                                + " radam, whose first five updates are as large as their gradients, accumulation: mean helps"
                                + " too");
    }

    @Test
    void gradientThatIsNoNumberIsTold() {
        assertThat(signs.watch(statistics(1, Map.of("ctm", 1.0), Double.NaN, 0)))
                .singleElement()
                .asString()
                .startsWith("a gradient is not finite");
    }

    @Test
    void stepsThatWaitForPicturesAreTold() {
        List<String> told = new ArrayList<>();
        for (int step = 1; step <= LONG; step++) {
            told.addAll(signs.watch(statistics(step, Map.of("dsm", 1.0), 1, 60)));
        }
        assertThat(told).singleElement().asString().startsWith("steps wait for pictures");
    }

    private static TrainingListener.Statistics statistics(
            int step, Map<String, Double> terms, double norm, long waitNanos) {
        return new TrainingListener.Statistics(step, 1000, terms, norm, 1e-3, step, 100, waitNanos, Map.of());
    }
}
