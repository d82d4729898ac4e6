package dev.glimpse.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of curves over one pair of axes.
 *
 * <p>Immutable, so any thread may use it; drawing takes too long for an event loop.
 *
 * @param title above the plot
 * @param xAxis what x is, with its unit
 * @param yAxis what y is, with its unit
 * @param scale of the two axes
 */
public record CurvePlot(String title, String xAxis, String yAxis, Scale scale) {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    /** Up to so many points each is marked; more would run into each other. */
    private static final int MARKED_POINTS = 60;
    /** Two decades take 19 labels. */
    private static final double MOST_OF_A_DETAILED_AXIS = 100;

    private static final MathContext TICK_DIGITS = new MathContext(6);

    /** Which axes are logarithmic; on such an axis a point that is not positive is left out. */
    public enum Scale {
        LINEAR(false, false),
        LOG_X(true, false),
        LOG_Y(false, true),
        LOG_LOG(true, true);

        private final boolean x;
        private final boolean y;

        Scale(boolean x, boolean y) {
            this.x = x;
            this.y = y;
        }
    }

    /**
     * A PNG file of the plot.
     *
     * @param curves names must differ; a curve without a point that can be drawn is left out
     * @throws NoFontsException if there is nothing to write the labels with
     */
    public byte[] png(List<Curve> curves) {
        return Png.of(image(curves));
    }

    BufferedImage image(List<Curve> curves) {
        try {
            return drawn(curves);
        } catch (InternalError | LinkageError e) {
            // The first is Java's word for no fonts at all, the other for a library that draws them.
            throw new NoFontsException(e);
        }
    }

    private BufferedImage drawn(List<Curve> curves) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle(yAxis)
                .build();
        chart.getStyler().setXAxisLogarithmic(scale.x).setYAxisLogarithmic(scale.y);
        if (!scale.y) {
            chart.getStyler().setyAxisTickLabelsFormattingFunction(CurvePlot::label);
        }
        chart.getStyler()
                .setXAxisLogarithmicDecadeOnly(isWide(curves, Curve::x))
                .setYAxisLogarithmicDecadeOnly(isWide(curves, Curve::y));
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(LegendPosition.OutsideE)
                .setLegendVisible(curves.size() > 1);
        curves.forEach(curve -> draw(chart, curve));
        roundTicks(chart);
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** A tick that is no round number, as of a curve of one height, would be told with all its digits. */
    private static String label(double tick) {
        BigDecimal rounded = new BigDecimal(tick, TICK_DIGITS).stripTrailingZeros();
        int magnitude = rounded.precision() - rounded.scale() - 1;
        return Math.abs(magnitude) < TICK_DIGITS.getPrecision() ? rounded.toPlainString() : rounded.toString();
    }

    private void draw(XYChart chart, Curve curve) {
        int[] drawn = IntStream.range(0, curve.x().length)
                .filter(i -> drawable(curve.x()[i], scale.x) && drawable(curve.y()[i], scale.y))
                .toArray();
        if (drawn.length == 0) {
            return;
        }
        double[] x = IntStream.of(drawn).mapToDouble(i -> curve.x()[i]).toArray();
        double[] y = IntStream.of(drawn).mapToDouble(i -> curve.y()[i]).toArray();
        String name = curve.name().isEmpty() ? yAxis : curve.name();
        chart.addSeries(name, x, y)
                .setMarker(drawn.length <= MARKED_POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    /** Whether a logarithmic axis spans so much that labels between its decades would run into each other. */
    private static boolean isWide(List<Curve> curves, Function<Curve, double[]> values) {
        DoubleSummaryStatistics all = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(values.apply(curve)))
                .filter(value -> drawable(value, true))
                .summaryStatistics();
        return all.getMax() / all.getMin() > MOST_OF_A_DETAILED_AXIS;
    }

    /**
     * Puts ticks at round numbers: where all x are evenly spaced the library would rather label some of them, 442 and
     * 884 of a run whose points are 17 steps apart. A point between two of them that nobody sees is enough.
     */
    private void roundTicks(XYChart chart) {
        chart.getSeriesMap().values().stream()
                .filter(series -> !scale.x && series.getXData().length > MARKED_POINTS)
                .findFirst()
                .ifPresent(series -> {
                    double between = (series.getXData()[0] + series.getXData()[1]) / 2;
                    chart.addSeries(" ", new double[] {between}, new double[] {series.getYData()[0]})
                            .setMarker(SeriesMarkers.NONE)
                            .setShowInLegend(false);
                });
    }

    private static boolean drawable(double value, boolean logarithmic) {
        return Double.isFinite(value) && (value > 0 || !logarithmic);
    }
}
