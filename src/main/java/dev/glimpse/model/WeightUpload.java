package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies parameters to a device through one small buffer: a fresh one for each would stay until the collector runs, and
 * one as large as the largest would, where many workers load at once, take all the direct memory that there is.
 */
final class WeightUpload {
    private static final int SLICE = 1 << 18;

    private final NDManager manager;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(SLICE * Float.BYTES).order(ByteOrder.nativeOrder());

    /** @param manager owns the arrays */
    WeightUpload(NDManager manager) {
        this.manager = manager;
    }

    NDArray copy(Parameter parameter, float[] values) {
        if (values.length != parameter.size()) {
            throw new IllegalArgumentException(
                    parameter.name() + ": " + values.length + " values (expected: " + parameter.size() + ")");
        }
        Shape shape = new Shape(
                parameter.shape().stream().mapToLong(Integer::longValue).toArray());
        if (values.length <= SLICE) {
            try (NDArray borrowed = lend(values, 0, values.length, shape)) {
                // The duplicate owns its memory.
                return borrowed.duplicate();
            }
        }
        NDArray array = manager.create(shape, DataType.FLOAT32);
        try (NDArray flat = array.reshape(values.length)) {
            for (int from = 0; from < values.length; from += SLICE) {
                int size = Math.min(SLICE, values.length - from);
                try (NDArray borrowed = lend(values, from, size, new Shape(size))) {
                    flat.set(new NDIndex().addSliceDim(from, from + (long) size), borrowed);
                }
            }
        }
        return array;
    }

    /** Values in memory of Java's that the engine may read until the next are lent. */
    private NDArray lend(float[] values, int from, int size, Shape shape) {
        buffer.clear().limit(size * Float.BYTES).asFloatBuffer().put(values, from, size);
        return manager.create(buffer, shape, DataType.FLOAT32);
    }
}
