package dev.glimpse.cli;

import dev.glimpse.image.Curve;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A value over the steps of a run, each point the mean of a stretch; the stretches grow with the run, so that the
 * points stay few.
 */
final class MeanCurve {
    private static final int MOST_POINTS = 800;

    private final String name;
    private final double[] sums = new double[MOST_POINTS];
    private final int[] counts = new int[MOST_POINTS];
    private int stretch = 1;

    MeanCurve(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void add(int step, double value) {
        while (step / stretch >= MOST_POINTS) {
            joinPairs();
        }
        sums[step / stretch] += value;
        counts[step / stretch]++;
    }

    private void joinPairs() {
        for (int i = 0; i < MOST_POINTS / 2; i++) {
            sums[i] = sums[2 * i] + sums[2 * i + 1];
            counts[i] = counts[2 * i] + counts[2 * i + 1];
        }
        Arrays.fill(sums, MOST_POINTS / 2, MOST_POINTS, 0);
        Arrays.fill(counts, MOST_POINTS / 2, MOST_POINTS, 0);
        stretch *= 2;
    }

    /** Points at the first steps of stretches; those without a value have none. */
    Curve curve() {
        int[] filled =
                IntStream.range(0, MOST_POINTS).filter(i -> counts[i] > 0).toArray();
        return new Curve(
                name,
                Arrays.stream(filled).mapToDouble(i -> i * stretch).toArray(),
                Arrays.stream(filled).mapToDouble(i -> sums[i] / counts[i]).toArray());
    }
}
