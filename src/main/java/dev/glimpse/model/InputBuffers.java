package dev.glimpse.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct buffers that the engine reads in place, kept from step to step: a fresh one per step would pile up. */
final class InputBuffers {
    private final ByteBuffer[] buffers;

    InputBuffers(int slots) {
        buffers = new ByteBuffer[slots];
    }

    /** An array over a slot's buffer, valid until the slot's next use. */
    NDArray array(NDManager manager, int slot, float[] values, Shape shape) {
        int bytes = Math.toIntExact(shape.size() * Float.BYTES);
        if (buffers[slot] == null || buffers[slot].capacity() < bytes) {
            buffers[slot] = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }
        ByteBuffer buffer = buffers[slot].clear().limit(bytes);
        buffer.asFloatBuffer().put(values, 0, (int) shape.size());
        return manager.create(buffer, shape, DataType.FLOAT32);
    }
}
