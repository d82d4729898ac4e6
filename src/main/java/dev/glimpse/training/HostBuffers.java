package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Direct buffers that the engine reads in place, used anew by each microbatch: fresh ones would pile up until a
 * collection finds them.
 *
 * <p>Arrays made from them must be gone before {@link #rewind}. Confined to one thread.
 */
final class HostBuffers {
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int used;

    /** Gives all buffers back. */
    void rewind() {
        used = 0;
    }

    NDArray array(NDManager manager, float[] values, Shape shape) {
        int bytes = Math.multiplyExact(values.length, Float.BYTES);
        if (used == buffers.size()) {
            buffers.add(ByteBuffer.allocateDirect(0));
        }
        if (buffers.get(used).capacity() < bytes) {
            buffers.set(used, ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
        }
        ByteBuffer buffer = buffers.get(used++).clear().limit(bytes);
        buffer.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
        return manager.create(buffer, shape, DataType.FLOAT32);
    }
}
