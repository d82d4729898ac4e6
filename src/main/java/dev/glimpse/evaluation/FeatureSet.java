package dev.glimpse.evaluation;

import java.util.Arrays;

/**
 * Feature vectors that are kept as they are, up to a bound.
 *
 * <p>Not thread-safe.
 */
public final class FeatureSet {
    private final int dimension;
    private float[] values = new float[0];
    private int count;

    public FeatureSet(int dimension) {
        this.dimension = dimension;
    }

    /** Number of vectors. */
    public int count() {
        return count;
    }

    int dimension() {
        return dimension;
    }

    float[] values() {
        return values;
    }

    /** Adds the first {@code rows} vectors of [.., dimension]. */
    public void add(float[] features, int rows) {
        add(features, 0, rows);
    }

    /** Adds {@code rows} vectors of [.., dimension] from the vector {@code from}. */
    void add(float[] features, int from, int rows) {
        int needed = Math.multiplyExact(count + rows, dimension);
        if (needed > values.length) {
            values = Arrays.copyOf(values, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, 2L * values.length)));
        }
        System.arraycopy(features, from * dimension, values, count * dimension, rows * dimension);
        count += rows;
    }

    void merge(FeatureSet other) {
        add(other.values, other.count);
    }

    void write(TensorList list) {
        list.put("kept.dimension", dimension);
        list.put("kept.features", values, count * dimension);
    }

    static FeatureSet read(TensorTable table) {
        FeatureSet set = new FeatureSet((int) table.longs("kept.dimension")[0]);
        float[] values = table.floats("kept.features");
        set.add(values, values.length / set.dimension);
        return set;
    }
}
