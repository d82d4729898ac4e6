package dev.glimpse.image;

/**
 * The rule that turns a model's floats into 8-bit pixels, the one the official CTM code saves its samples by, and its
 * way back.
 */
final class Pixels {
    /** What a value that is not a number becomes: the middle of the range, so that a broken picture shows as grey. */
    private static final byte NOT_A_NUMBER = 127;

    private Pixels() {}

    /**
     * Pixels as height x width x channels.
     *
     * @param values channels x height x width, nominally in [-1, 1]
     */
    static byte[] of(float[] values, PictureShape shape) {
        shape.requireValues(values);
        int channels = shape.channels();
        int area = shape.height() * shape.width();
        byte[] pixels = new byte[values.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < area; i++) {
                pixels[i * channels + channel] = of(values[channel * area + i]);
            }
        }
        return pixels;
    }

    /** (x + 1) * 127.5 in float with x clamped to [-1, 1], truncated and not rounded. */
    static byte of(float value) {
        if (Float.isNaN(value)) {
            return NOT_A_NUMBER;
        }
        float clamped = Math.max(-1, Math.min(1, value));
        return (byte) (int) ((clamped + 1) * 127.5f);
    }

    /**
     * u / 127.5 - 1, as the official code reads its data, or the next float above that: the smallest that {@link #of}
     * makes the same pixel of again. Truncated from a hair below its level, it would come out one darker.
     *
     * @param pixel 0..255
     */
    static float value(int pixel) {
        float value = (float) (pixel / 127.5 - 1);
        while ((of(value) & 255) < pixel) {
            value = Math.nextUp(value);
        }
        return value;
    }
}
