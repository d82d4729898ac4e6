package dev.glimpse.loadtest;

import java.util.Locale;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/** Percentiles of a distribution, as far as its answers are enough to tell them. */
final class Percentiles {
    /** What is said of a number that nobody can tell. */
    static final String UNKNOWN = "-";

    private static final double MILLI = 1000;
    private static final double CONFIDENCE = 0.99;

    /** Below it, few answers tell as much as they seem to. */
    private static final double TAIL = 99;

    private Percentiles() {}

    /**
     * A percentile in milliseconds.
     *
     * @param percentile within (0, 100); from 99 on only told of as many answers as could show that so many are in time
     * @return empty if the answers are too few
     */
    static OptionalDouble millis(Histogram micros, double percentile) {
        long count = micros.getTotalCount();
        boolean told = count > 0 && (percentile < TAIL || enough(percentile, count));
        return told ? OptionalDouble.of(micros.getValueAtPercentile(percentile) / MILLI) : OptionalDouble.empty();
    }

    private static boolean enough(double percentile, long count) {
        return new EarlyStopping(percentile / 100, CONFIDENCE)
                .allowedLate(Math.toIntExact(Math.min(Integer.MAX_VALUE, count)))
                .isPresent();
    }

    /** The same for people. */
    static String text(Histogram micros, double percentile) {
        return text(millis(micros, percentile), 1);
    }

    static String text(OptionalDouble value, int digits) {
        return value.isPresent() ? String.format(Locale.ROOT, "%." + digits + "f", value.getAsDouble()) : UNKNOWN;
    }
}
