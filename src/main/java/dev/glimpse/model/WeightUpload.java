package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies parameters to a device through one buffer: a fresh one for each would stay until the collector runs, and a
 * large model would need its size twice.
 */
final class WeightUpload {
    private final NDManager manager;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    /** @param manager owns the arrays */
    WeightUpload(NDManager manager) {
        this.manager = manager;
    }

    NDArray copy(Parameter parameter, float[] values) {
        if (values.length != parameter.size()) {
            throw new IllegalArgumentException(
                    parameter.name() + ": " + values.length + " values (expected: " + parameter.size() + ")");
        }
        int bytes = Math.multiplyExact(values.length, Float.BYTES);
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }
        buffer.clear().limit(bytes).asFloatBuffer().put(values);
        Shape shape = new Shape(
                parameter.shape().stream().mapToLong(Integer::longValue).toArray());
        try (NDArray borrowed = manager.create(buffer, shape, DataType.FLOAT32)) {
            // create() lends the engine a Java buffer; the duplicate owns its memory.
            return borrowed.duplicate();
        }
    }
}
