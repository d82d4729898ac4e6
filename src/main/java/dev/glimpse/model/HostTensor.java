package dev.glimpse.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor in main memory, as a checkpoint file holds it.
 *
 * @param type how each value is stored
 * @param shape sizes, outermost first; empty for a scalar
 * @param data the values, row-major and little-endian, from position to limit; never written to
 */
public record HostTensor(ElementType type, List<Long> shape, ByteBuffer data) {
    public HostTensor {
        shape = List.copyOf(shape);
        data = data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (shape.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("shape: " + shape + " (expected: nothing negative)");
        }
        long bytes = bytes(type, shape);
        if (data.remaining() != bytes) {
            throw new IllegalArgumentException("data: " + data.remaining() + " bytes (expected: " + bytes + " for "
                    + type + " of shape " + shape + ")");
        }
    }

    private static long bytes(ElementType type, List<Long> shape) {
        try {
            return Math.multiplyExact(shape.stream().reduce(1L, Math::multiplyExact), (long) type.bytes());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape: " + shape + " (expected: a number of bytes below 2^63)", e);
        }
    }

    /** Float32 values as a tensor of that type. */
    public static HostTensor of(float[] values, List<Long> shape) {
        return of(values, shape, ElementType.F32);
    }

    /**
     * Float32 values stored as {@code type}, one of F32, F16 and BF16; the short ones round to the nearest, ties to
     * even.
     */
    public static HostTensor of(float[] values, List<Long> shape, ElementType type) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            type.put(buffer, value);
        }
        return new HostTensor(type, shape, buffer.flip());
    }

    /** Number of values. */
    public int size() {
        return data.remaining() / type.bytes();
    }

    /** The values as float32; integers are converted, wider types rounded. */
    public float[] floats() {
        ByteBuffer view = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.get(view);
        }
        return values;
    }
}
