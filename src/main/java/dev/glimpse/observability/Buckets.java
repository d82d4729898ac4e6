package dev.glimpse.observability;

import java.time.Duration;
import java.util.Arrays;

/**
 * Bounds of the histograms' buckets. They are constants, as sums over servers and alert rules need the same bounds
 * everywhere; a rule may only ask for a bound that is here.
 */
final class Buckets {
    private Buckets() {}

    /** Of a forward: from a small network on a GPU to the slowest step that a person would still watch. */
    static Duration[] step() {
        return millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000);
    }

    /** Of a first preview: dense around 250 ms to 1 s, between "at once" and a wait that is noticed. */
    static Duration[] firstPreview() {
        return millis(10, 25, 50, 100, 150, 250, 500, 1000, 2000, 5000, 10_000, 30_000);
    }

    /** Of a whole request: dense around some seconds, a person's patience, and up to the longest that one may live. */
    static Duration[] request() {
        return millis(25, 50, 100, 250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000);
    }

    /** Rows of a forward: every size of small batches, where a row more matters, and then powers of two. */
    static double[] rows() {
        return new double[] {1, 2, 3, 4, 6, 8, 10, 12, 15, 16, 32, 64, 128, 256};
    }

    private static Duration[] millis(long... bounds) {
        return Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
