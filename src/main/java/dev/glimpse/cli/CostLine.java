package dev.glimpse.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;

/**
 * The line T(B) = a + b B closest by least squares to the times of forwards of B rows, in the unit of those times.
 *
 * @param a at least 0
 * @param b more than 0
 */
record CostLine(double a, double b) {
    /** A forward that was measured. */
    record Point(int rows, double time) {}

    /**
     * Where all forwards had one size, or larger ones took no longer, the line through nothing and their mean.
     *
     * @param points at least one, of positive rows and times
     */
    static CostLine through(Collection<Point> points) {
        double meanRows = points.stream().mapToInt(Point::rows).average().orElseThrow();
        double meanTime = points.stream().mapToDouble(Point::time).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (Point point : points) {
            double off = point.rows() - meanRows;
            covariance += off * (point.time() - meanTime);
            variance += off * off;
        }
        double slope = variance > 0 ? covariance / variance : 0;
        double b = slope > 0 && slope * meanRows < meanTime ? slope : meanTime / meanRows;
        return new CostLine(Math.max(0, meanTime - b * meanRows), b);
    }

    double time(int rows) {
        return a + b * rows;
    }

    /** As {@link CostOption} takes it, each with two decimals or more, so that it has three digits at least. */
    String option() {
        return rounded(a) + "," + rounded(b);
    }

    private static String rounded(double value) {
        BigDecimal exact = BigDecimal.valueOf(value);
        int zeros = exact.scale() - exact.precision();
        return exact.setScale(Math.max(2, zeros + 3), RoundingMode.HALF_UP).toPlainString();
    }
}
