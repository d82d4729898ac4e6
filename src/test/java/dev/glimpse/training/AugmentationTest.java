package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
    private static final int ROWS = 20_000;

    private final Augmentation drawn = draw(0, 0, 32);

    private static Augmentation draw(int step, int call, int side) {
        return Augmentation.draw(7, step, 0, ROWS, side, call);
    }

    @Test
    void coloursAreUniformInTheirRanges() {
        assertUniform(drawn.brightness(), -0.5, 0.5);
        assertUniform(drawn.saturation(), 0, 2);
        assertUniform(drawn.contrast(), 0.5, 1.5);
    }

    /** Within the range, up to its ends, and in each tenth of it a tenth of the draws. */
    private static void assertUniform(float[] values, double least, double end) {
        int[] tenths = new int[10];
        for (float value : values) {
            // A float may be rounded up to the range's end.
            assertThat((double) value).isBetween(least, end);
            tenths[(int) Math.min(9, 10 * (value - least) / (end - least))]++;
        }
        // Six standard deviations of a tenth of 20,000 draws are about 255.
        assertThat(Arrays.stream(tenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(1745, 2255));
    }

    /** An eighth of the side, rounded; a hole of a fifth of it, whose middle may lie on every pixel. */
    @ParameterizedTest(name = "side {0}")
    @CsvSource({"8, 1, 9", "16, 2, 16", "28, 4, 29", "32, 4, 33", "64, 8, 64"})
    void shiftsAndHolesTakeEveryPlaceThatTheOfficialOnesDo(int side, int shift, int places) {
        Augmentation draws = draw(3, 1, side);
        Set<Integer> shifts = IntStream.rangeClosed(-shift, shift).boxed().collect(Collectors.toSet());
        assertThat(distinct(draws.up())).isEqualTo(shifts);
        assertThat(distinct(draws.left())).isEqualTo(shifts);
        Set<Integer> middles = IntStream.range(0, places).boxed().collect(Collectors.toSet());
        assertThat(distinct(draws.holeDown())).isEqualTo(middles);
        assertThat(distinct(draws.holeRight())).isEqualTo(middles);
    }

    private static Set<Integer> distinct(float[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> {
                    assertThat(values[i]).isEqualTo((int) values[i]);
                    return (int) values[i];
                })
                .collect(Collectors.toSet());
    }

    /** Each centred on the middle of its range, so that pictures do not drift to one side. */
    @Test
    void shiftsAndHolesAreCentred() {
        assertThat(mean(drawn.up())).isCloseTo(0, within(0.11));
        assertThat(mean(drawn.left())).isCloseTo(0, within(0.11));
        assertThat(mean(drawn.holeDown())).isCloseTo(16, within(0.41));
        assertThat(mean(drawn.holeRight())).isCloseTo(16, within(0.41));
    }

    private static double mean(float... values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    /** Else one draw would decide two things, or two pictures. */
    @Test
    void everyCallStepAndKindDrawsAnew() {
        Augmentation other = draw(0, 1, 32);
        Augmentation next = draw(1, 0, 32);
        for (Function<Augmentation, float[]> kind : Arrays.<Function<Augmentation, float[]>>asList(
                Augmentation::brightness,
                Augmentation::saturation,
                Augmentation::contrast,
                Augmentation::up,
                Augmentation::left,
                Augmentation::holeDown,
                Augmentation::holeRight)) {
            assertUncorrelated(kind.apply(drawn), kind.apply(other));
            assertUncorrelated(kind.apply(drawn), kind.apply(next));
        }
        assertUncorrelated(drawn.up(), drawn.left());
        assertUncorrelated(drawn.holeDown(), drawn.holeRight());
        assertUncorrelated(drawn.up(), drawn.holeDown());
        assertUncorrelated(drawn.brightness(), drawn.contrast());
        assertUncorrelated(drawn.brightness(), drawn.saturation());
    }

    private static void assertUncorrelated(float[] a, float[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
        double both = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            both += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        // Six standard errors of the correlation of so many independent pairs.
        assertThat(both / Math.sqrt(squaresA * squaresB)).isCloseTo(0, within(6 / Math.sqrt(ROWS)));
    }

    /** So that the number of shards changes nothing. */
    @Test
    void rowsDrawTheSameWhereverAShareOfThemBegins() {
        Augmentation share = Augmentation.draw(7, 0, 5, 3, 32, 0);
        assertThat(share.brightness()).isEqualTo(Arrays.copyOfRange(drawn.brightness(), 5, 8));
        assertThat(share.holeRight()).isEqualTo(Arrays.copyOfRange(drawn.holeRight(), 5, 8));
    }
}
