package dev.glimpse.evaluation;

import dev.glimpse.model.ElementType;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Numbers by name, as they come from a safetensors file.
 *
 * @param tensors of the whole file
 * @param prefix of the names seen here
 * @param source names the file in messages
 */
record TensorTable(Map<String, HostTensor> tensors, String prefix, String source) {
    TensorTable below(String name) {
        return new TensorTable(tensors, prefix + name + ".", source);
    }

    double[] doubles(String name) {
        HostTensor tensor = tensor(name, ElementType.F64);
        double[] values = new double[tensor.size()];
        data(tensor).asDoubleBuffer().get(values);
        return values;
    }

    long[] longs(String name) {
        HostTensor tensor = tensor(name, ElementType.I64);
        long[] values = new long[tensor.size()];
        data(tensor).asLongBuffer().get(values);
        return values;
    }

    float[] floats(String name) {
        return tensor(name, ElementType.F32).floats();
    }

    private static ByteBuffer data(HostTensor tensor) {
        return tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    private HostTensor tensor(String name, ElementType type) {
        HostTensor tensor = tensors.get(prefix + name);
        if (tensor == null || tensor.type() != type) {
            throw new ModelFormatException(source + ": " + prefix + name + " "
                    + (tensor == null ? "missing" : "of type " + tensor.type()) + " (expected: " + type
                    + ", as statistics of this program have it)");
        }
        return tensor;
    }
}
