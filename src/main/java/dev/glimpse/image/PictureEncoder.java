package dev.glimpse.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The way from a model's floats to the bytes a client asked for, for pictures of one shape.
 *
 * <p>Pixels are made as the official CTM code makes them: clamped to [-1, 1], then (x + 1) * 127.5 truncated. A value
 * that is not a number becomes mid-grey (127), infinities become black and white, and {@link ImageFormat#RAW_F32} keeps
 * every value as it is.
 *
 * <p>Immutable, so any thread may use it; encoding takes too long for an event loop.
 *
 * @param shape of every picture given to it
 */
public record PictureEncoder(PictureShape shape) {
    /**
     * One picture's bytes.
     *
     * @param values channels x height x width, nominally in [-1, 1]; read only
     */
    public byte[] encode(float[] values, ImageFormat format) {
        return switch (format) {
            case PNG -> Png.of(Pixels.of(values, shape), shape);
            case RAW_U8 -> Pixels.of(values, shape);
            case RAW_F32 -> littleEndian(values);
        };
    }

    private byte[] littleEndian(float[] values) {
        shape.requireValues(values);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
