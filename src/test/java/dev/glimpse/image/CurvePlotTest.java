package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
    private static final double[] X = {1, 2, 4, 8};

    @Test
    void everyCurveIsDrawnInAColourOfItsOwn() {
        CurvePlot plot = new CurvePlot("Distance", "NFE", "distance", CurvePlot.Scale.LOG_X);
        Curve falling = new Curve("falling", X, new double[] {4, 3, 2, 1});
        Curve rising = new Curve("rising", X, new double[] {1, 2, 3, 4});
        Set<Integer> one = lineColours(plot.png(List.of(falling)));
        Set<Integer> both = lineColours(plot.png(List.of(falling, rising)));
        assertThat(both).containsAll(one).hasSizeGreaterThan(one.size());
    }

    @Test
    void pointsThatCannotBeDrawnAreLeftOut() {
        CurvePlot plot = new CurvePlot("Loss", "step", "loss", CurvePlot.Scale.LOG_LOG);
        double[] x = {0, 1, 2, 3, 4};
        byte[] holed = plot.png(List.of(new Curve("a", x, new double[] {1, 5, Double.NaN, -1, 2})));
        byte[] whole = plot.png(List.of(new Curve("a", new double[] {1, 4}, new double[] {5, 2})));
        assertThat(holed).isEqualTo(whole);
    }

    /** The same run once with even and once with uneven points has the same numbers below it. */
    @Test
    void ticksDoNotDependOnHowPointsAreSpaced() {
        CurvePlot plot = new CurvePlot("Loss", "step", "loss", CurvePlot.Scale.LINEAR);
        double[] even = IntStream.rangeClosed(0, 410).mapToDouble(i -> 17 * i).toArray();
        double[] uneven = even.clone();
        uneven[100] += 5;
        DecodedPng first = DecodedPng.of(plot.png(List.of(new Curve("a", even, even))));
        DecodedPng second = DecodedPng.of(plot.png(List.of(new Curve("a", uneven, even))));
        assertThat(darkColumns(first)).isEqualTo(darkColumns(second)).isNotEmpty();
    }

    @Test
    void labelsOfAWideLogarithmicAxisKeepApart() {
        CurvePlot plot = new CurvePlot("Loss", "step", "loss", CurvePlot.Scale.LOG_Y);
        DecodedPng png = DecodedPng.of(plot.png(List.of(new Curve("a", X, new double[] {0.003, 0.02, 0.5, 3}))));
        List<Integer> rows = IntStream.range(0, png.height())
                .filter(y -> IntStream.range(30, 50).anyMatch(x -> isDark(png, x, y)))
                .boxed()
                .toList();
        int labels = 1;
        for (int i = 1; i < rows.size(); i++) {
            labels += rows.get(i) > rows.get(i - 1) + 1 ? 1 : 0;
        }
        assertThat(labels).as("0.01, 0.1, 1").isEqualTo(3);
    }

    /** The only tick of a curve of one height is that height. */
    @Test
    void tickThatIsNoRoundNumberIsToldWithFewDigits() {
        CurvePlot plot = new CurvePlot("Recall", "NFE", "recall", CurvePlot.Scale.LOG_X);
        double[][] told = {{1 / 90.0, 0.0111111}, {2 / 3e9, 6.66667e-10}, {1e10 / 3, 3.33333e9}, {-1 / 3.0, -0.333333}};
        for (double[] height : told) {
            assertThat(plot.png(List.of(level(height[0])))).isEqualTo(plot.png(List.of(level(height[1]))));
        }
    }

    @Test
    void curveWhoseTicksDifferInNoDigitThatIsToldIsDrawn() {
        CurvePlot plot = new CurvePlot("Recall", "NFE", "recall", CurvePlot.Scale.LOG_X);
        double[] y = {0.9, 0.9 + 1e-9, 0.9 + 2e-9, 0.9 + 4e-9};
        assertThat(lineColours(plot.png(List.of(new Curve("a", X, y))))).isNotEmpty();
    }

    private static Curve level(double height) {
        return new Curve("a", X, new double[] {height, height, height, height});
    }

    private static Set<Integer> darkColumns(DecodedPng png) {
        return IntStream.range(0, png.width())
                .filter(x ->
                        IntStream.range(png.height() - 44, png.height() - 28).anyMatch(y -> isDark(png, x, y)))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static boolean isDark(DecodedPng png, int x, int y) {
        return png.at(x, y, 0) < 100;
    }

    @Test
    void plotWithoutAnyPointIsStillAPicture() {
        CurvePlot plot = new CurvePlot("Loss", "step", "loss", CurvePlot.Scale.LINEAR);
        DecodedPng png = DecodedPng.of(plot.png(List.of(new Curve("a", new double[0], new double[0]))));
        assertThat(png.channels()).isEqualTo(3);
    }

    @Test
    void curveOfUnequalAxesIsRefused() {
        assertThatThrownBy(() -> new Curve("a", X, new double[3]))
                .hasMessage("y: 3 values (expected: 4, as many as x)");
    }

    /** Colours of many pixels that are no shade of grey; the blends along the edges of a line are of few each. */
    private static Set<Integer> lineColours(byte[] file) {
        DecodedPng png = DecodedPng.of(file);
        Map<Integer, Integer> colours = new HashMap<>();
        for (int y = 0; y < png.height(); y++) {
            for (int x = 0; x < png.width(); x++) {
                int r = png.at(x, y, 0);
                int g = png.at(x, y, 1);
                int b = png.at(x, y, 2);
                if (Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b)) > 100) {
                    colours.merge(r << 16 | g << 8 | b, 1, Integer::sum);
                }
            }
        }
        colours.values().removeIf(count -> count < 100);
        return colours.keySet();
    }
}
