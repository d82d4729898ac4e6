package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies numbers to tensors of any size through one small buffer: a fresh one for each would stay until the collector
 * runs, and one as large as the largest would, on each of many threads, take all the direct memory that there is.
 *
 * <p>Confined to one thread.
 */
public final class Upload {
    private static final int SLICE = 1 << 18;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(SLICE * Float.BYTES).order(ByteOrder.nativeOrder());

    /**
     * A tensor that owns its memory.
     *
     * @param manager owns the tensor, and tells its device
     * @param values as many as the shape holds
     */
    public NDArray copy(NDManager manager, float[] values, Shape shape) {
        if (values.length <= SLICE) {
            try (NDArray borrowed = lend(manager, values, 0, values.length, shape)) {
                return borrowed.duplicate();
            }
        }
        NDArray array = manager.create(shape, DataType.FLOAT32);
        try (NDArray flat = array.reshape(values.length)) {
            for (int from = 0; from < values.length; from += SLICE) {
                int size = Math.min(SLICE, values.length - from);
                try (NDArray borrowed = lend(manager, values, from, size, new Shape(size))) {
                    flat.set(new NDIndex().addSliceDim(from, from + (long) size), borrowed);
                }
            }
        }
        return array;
    }

    /** Values in memory of Java's that the engine may read until the next are lent. */
    private NDArray lend(NDManager manager, float[] values, int from, int size, Shape shape) {
        buffer.clear().limit(size * Float.BYTES).asFloatBuffer().put(values, from, size);
        return manager.create(buffer, shape, DataType.FLOAT32);
    }
}
