package dev.glimpse.evaluation;

import dev.glimpse.model.ElementType;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.SafeTensorsWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Numbers by name, on their way to a safetensors file: they turn into bytes one after the other as they are written, so
 * they must not change before.
 *
 * @param entries of the whole file
 * @param prefix of the names given here
 */
record TensorList(List<SafeTensorsWriter.Entry> entries, String prefix) {
    TensorList below(String name) {
        return new TensorList(entries, prefix + name + ".");
    }

    void put(String name, double... values) {
        put(
                name,
                ElementType.F64,
                values.length,
                bytes -> bytes.asDoubleBuffer().put(values));
    }

    void put(String name, long... values) {
        put(name, ElementType.I64, values.length, bytes -> bytes.asLongBuffer().put(values));
    }

    void put(String name, float[] values, int count) {
        put(name, ElementType.F32, count, bytes -> bytes.asFloatBuffer().put(values, 0, count));
    }

    private void put(String name, ElementType type, int count, Consumer<ByteBuffer> values) {
        List<Long> shape = List.of((long) count);
        entries.add(new SafeTensorsWriter.Entry(prefix + name, type, shape, () -> {
            ByteBuffer data =
                    ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
            values.accept(data);
            return new HostTensor(type, shape, data);
        }));
    }
}
