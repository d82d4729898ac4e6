package dev.glimpse.image;

/**
 * The extent of a picture.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 */
public record PictureShape(int channels, int height, int width) {
    public PictureShape {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 3)");
        }
        requireExtent("height", height);
        requireExtent("width", width);
        if ((long) channels * height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("values: " + channels + " x " + height + " x " + width
                    + " (expected: at most " + Integer.MAX_VALUE + ")");
        }
    }

    /** Values of one picture: channels x height x width. */
    public int values() {
        return channels * height * width;
    }

    /** As messages have it: "3 x 64 x 64". */
    @Override
    public String toString() {
        return channels + " x " + height + " x " + width;
    }

    void requireValues(float[] values) {
        if (values.length != values()) {
            throw new IllegalArgumentException(
                    "values: " + values.length + " (expected: " + values() + " = " + this + ")");
        }
    }

    private static void requireExtent(String name, int extent) {
        if (extent < 1) {
            throw new IllegalArgumentException(name + ": " + extent + " (expected: at least 1)");
        }
    }
}
