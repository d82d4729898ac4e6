package dev.glimpse.cli;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import java.util.Arrays;
import java.util.Optional;

/**
 * Times forwards of two forms of one model in turns, so that whatever else the machine does falls on both.
 *
 * <p>Confined to the thread that loaded the models.
 */
final class ForwardBench {
    /** Largest difference of two answers, relative to the largest value, that rounding explains. */
    private static final double TOLERANCE = 1e-4;

    private static final double NANOS_PER_MILLI = 1e6;

    private final CtmModel emitted;
    private final CtmModel eager;
    private final int rounds;
    private final String cause;

    /** @param rounding what the device is known to round, for those who wonder at a difference */
    ForwardBench(CtmModel emitted, CtmModel eager, int rounds, Optional<String> rounding) {
        this.emitted = emitted;
        this.eager = eager;
        this.rounds = rounds;
        this.cause = rounding.map(text -> "; " + text).orElse("");
    }

    /**
     * Medians of one size.
     *
     * @param difference largest absolute difference of the two answers
     */
    record Result(int rows, double emittedMillis, double eagerMillis, double difference) {
        double emittedPerSecond() {
            return rows * 1000 / emittedMillis;
        }

        double eagerPerSecond() {
            return rows * 1000 / eagerMillis;
        }
    }

    /** @throws IllegalStateException when the two forms disagree: then their times mean nothing */
    Result measure(int rows) {
        JumpBatch batch = batch(rows);
        float[] emittedAnswer = new float[batch.x().length];
        float[] eagerAnswer = new float[batch.x().length];
        // The first forward of a size allocates and chooses kernels; it is the check instead of a measurement.
        emitted.denoise(batch, emittedAnswer);
        eager.denoise(batch, eagerAnswer);
        double difference = requireAgreement(rows, emittedAnswer, eagerAnswer);
        long[] emittedNanos = new long[rounds];
        long[] eagerNanos = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            emittedNanos[round] = time(emitted, batch, emittedAnswer);
            eagerNanos[round] = time(eager, batch, eagerAnswer);
        }
        return new Result(rows, medianMillis(emittedNanos), medianMillis(eagerNanos), difference);
    }

    /** Rows at different times between the model's extremes, with different classes. */
    private JumpBatch batch(int rows) {
        int dimension = emitted.spec().dimension();
        int classes = emitted.spec().labels().size();
        float[] x = new float[rows * dimension];
        float[] t = new float[rows];
        float[] s = new float[rows];
        int[] labels = new int[rows];
        float[] row = new float[dimension];
        double ratio = emitted.spec().sigmaMin() / emitted.spec().sigmaMax();
        for (int i = 0; i < rows; i++) {
            t[i] = (float) (emitted.spec().sigmaMax() * Math.pow(ratio, i / (double) rows));
            // A denoiser takes no other time than t itself.
            s[i] = emitted.spec().jumps()
                    ? Math.max(t[i] / 2, (float) emitted.spec().sigmaMin())
                    : t[i];
            labels[i] = classes == 0 ? JumpBatch.NO_LABEL : i % classes;
            NoiseStream.initial(row, t[i], 0, i);
            System.arraycopy(row, 0, x, i * dimension, dimension);
        }
        return new JumpBatch(rows, x, t, s, labels);
    }

    private static long time(CtmModel model, JumpBatch batch, float[] answer) {
        long start = System.nanoTime();
        model.denoise(batch, answer);
        return System.nanoTime() - start;
    }

    private double requireAgreement(int rows, float[] emitted, float[] eager) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < emitted.length; i++) {
            largest = Math.max(largest, Math.abs(eager[i]));
            difference = Math.max(difference, Math.abs(emitted[i] - eager[i]));
        }
        if (!(largest > 0 && difference <= TOLERANCE * largest)) {
            throw new IllegalStateException("emitted and eager network differ by " + difference + " of " + largest
                    + " at " + rows + " rows (tolerated: " + TOLERANCE + " of the largest value" + cause + ")");
        }
        return difference;
    }

    private static double medianMillis(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
        return median / NANOS_PER_MILLI;
    }
}
