package dev.glimpse.evaluation;

import java.util.Arrays;
import java.util.OptionalDouble;

/** What repeated estimates of one number tell about it. */
final class Estimates {
    private Estimates() {}

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Standard error of the mean; empty for a single value. */
    static OptionalDouble standardError(double[] values) {
        if (values.length < 2) {
            return OptionalDouble.empty();
        }
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return OptionalDouble.of(Math.sqrt(squares / (values.length - 1) / values.length));
    }
}
