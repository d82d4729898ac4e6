package dev.glimpse.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How many samples look real and how much of the real pictures the samples cover (Kynkäänniemi et al., 2019).
 *
 * <p>Around each vector of a set lies a ball that reaches to its k-th nearest neighbour within the set; together they
 * are the set's manifold. Precision is the share of samples in the manifold of the reference, recall the share of the
 * reference in that of the samples.
 *
 * <p>Distances are computed block by block and never kept, so the memory needed is that of the vectors.
 *
 * @param precision 0..1
 * @param recall 0..1
 */
public record PrecisionRecall(double precision, double recall) {
    /** The k of the paper. */
    public static final int NEIGHBOURS = 3;

    private static final int BLOCK = 128;

    /**
     * Compares two sets of one dimension, each of more than {@code neighbours} vectors.
     *
     * @throws IllegalArgumentException naming the set that is too small
     */
    public static PrecisionRecall of(FeatureSet reference, FeatureSet samples, int neighbours) {
        requireEnough("reference", reference, neighbours);
        requireEnough("samples", samples, neighbours);
        return new PrecisionRecall(
                share(samples, reference, radii(reference, neighbours)),
                share(reference, samples, radii(samples, neighbours)));
    }

    private static void requireEnough(String name, FeatureSet set, int neighbours) {
        if (set.count() <= neighbours) {
            throw new IllegalArgumentException(
                    name + ": " + set.count() + " pictures (expected: more than " + neighbours + ", the neighbours)");
        }
    }

    /** Squared distance of each vector from its k-th nearest neighbour. */
    private static float[] radii(FeatureSet set, int neighbours) {
        float[] radii = new float[set.count()];
        blocks(set).forEach(from -> {
            int to = Math.min(set.count(), from + BLOCK);
            float[][] nearest = new float[to - from][neighbours];
            for (float[] row : nearest) {
                Arrays.fill(row, Float.POSITIVE_INFINITY);
            }
            eachDistance(set, from, set, (row, other, distance) -> {
                if (from + row != other) {
                    insert(nearest[row], distance);
                }
            });
            for (int row = from; row < to; row++) {
                radii[row] = nearest[row - from][neighbours - 1];
            }
        });
        return radii;
    }

    private static void insert(float[] ascending, float value) {
        int at = ascending.length - 1;
        if (value >= ascending[at]) {
            return;
        }
        while (at > 0 && ascending[at - 1] > value) {
            ascending[at] = ascending[at - 1];
            at--;
        }
        ascending[at] = value;
    }

    /** Share of {@code set} that lies in a ball around a vector of {@code other}. */
    private static double share(FeatureSet set, FeatureSet other, float[] radii) {
        boolean[] inside = new boolean[set.count()];
        blocks(set)
                .forEach(from -> eachDistance(set, from, other, (row, centre, distance) -> {
                    if (distance <= radii[centre]) {
                        inside[from + row] = true;
                    }
                }));
        return (double) IntStream.range(0, inside.length).filter(i -> inside[i]).count() / inside.length;
    }

    /** First rows of the blocks of a set; each block writes results of its own, so the threads do not matter. */
    private static IntStream blocks(FeatureSet set) {
        return IntStream.range(0, (set.count() + BLOCK - 1) / BLOCK).parallel().map(block -> block * BLOCK);
    }

    @FunctionalInterface
    private interface DistanceConsumer {
        void accept(int row, int other, float squared);
    }

    /* The block of the other set is turned so that one value of many vectors lies together: sums run side by side. */
    private static void eachDistance(FeatureSet set, int from, FeatureSet other, DistanceConsumer consumer) {
        int rows = Math.min(BLOCK, set.count() - from);
        int dimension = set.dimension();
        float[] turned = new float[dimension * BLOCK];
        float[] squared = new float[BLOCK];
        for (int start = 0; start < other.count(); start += BLOCK) {
            int columns = Math.min(BLOCK, other.count() - start);
            for (int column = 0; column < columns; column++) {
                for (int i = 0; i < dimension; i++) {
                    turned[i * BLOCK + column] = other.values()[(start + column) * dimension + i];
                }
            }
            for (int row = 0; row < rows; row++) {
                distances(set.values(), (from + row) * dimension, turned, squared);
                for (int column = 0; column < columns; column++) {
                    consumer.accept(row, start + column, squared[column]);
                }
            }
        }
    }

    private static void distances(float[] vectors, int offset, float[] turned, float[] squared) {
        Arrays.fill(squared, 0);
        int dimension = turned.length / BLOCK;
        for (int i = 0; i < dimension; i++) {
            float value = vectors[offset + i];
            int base = i * BLOCK;
            for (int column = 0; column < BLOCK; column++) {
                float difference = value - turned[base + column];
                squared[column] += difference * difference;
            }
        }
    }
}
