package dev.glimpse.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of a checkpoint of PyTorch: a strided window into a storage.
 *
 * @param storage where its values lie
 * @param offset index of the first one
 * @param shape sizes, outermost first
 * @param strides how far apart neighbours along each dimension lie, in values
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
    private static final int MAX_RANK = 8;

    TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (shape.size() != strides.size() || shape.size() > MAX_RANK) {
            throw new IllegalArgumentException("tensor: shape " + shape + " with strides " + strides
                    + " (expected: as many of each, at most " + MAX_RANK + ")");
        }
        if (shape.stream().anyMatch(n -> n < 0) || strides.stream().anyMatch(n -> n < 0) || offset < 0) {
            throw new IllegalArgumentException("tensor: shape " + shape + ", strides " + strides + ", offset " + offset
                    + " (expected: nothing negative)");
        }
        if (end(offset, shape, strides) > storage.size()) {
            throw new IllegalArgumentException("tensor: shape " + shape + ", strides " + strides + ", offset " + offset
                    + " (expected: within the " + storage.size() + " values of storage " + storage.key() + ")");
        }
        size(shape);
    }

    /** One past the last index that such a window reaches; the largest long if that is beyond counting. */
    private static long end(long offset, List<Long> shape, List<Long> strides) {
        if (shape.contains(0L)) {
            return offset;
        }
        try {
            long last = offset;
            for (int i = 0; i < shape.size(); i++) {
                last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
            }
            return Math.addExact(last, 1);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private static int size(List<Long> shape) {
        try {
            return shape.contains(0L) ? 0 : Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("tensor: shape " + shape + " (expected: less than 2^31 values)");
        }
    }

    /** Number of values. */
    int size() {
        return size(shape);
    }

    /** The values, row-major, as float32, from the bytes of the whole storage. */
    float[] floats(ByteBuffer content) {
        ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[size()];
        long[] index = new long[shape.size()];
        long at = offset;
        for (int i = 0; i < values.length; i++) {
            bytes.position(Math.toIntExact(at * storage.type().bytes()));
            values[i] = storage.type().get(bytes);
            for (int d = index.length - 1; d >= 0; d--) {
                at += strides.get(d);
                index[d]++;
                if (index[d] < shape.get(d)) {
                    break;
                }
                at -= strides.get(d) * index[d];
                index[d] = 0;
            }
        }
        return values;
    }
}
