package dev.glimpse.image;

import java.util.List;

/**
 * 8-bit pictures of one shape as one picture: enlarged without smoothing, row by row from the top left.
 *
 * <p>Immutable, so any thread may use it.
 *
 * @param shape of every picture
 * @param columns pictures side by side, at least 1; fewer pictures make a narrower one
 * @param scale side of the square that a pixel becomes, at least 1
 * @param gap black pixels between two pictures, at least 0
 */
public record PictureMosaic(PictureShape shape, int columns, int scale, int gap) {
    public PictureMosaic {
        requireAtLeast("columns", columns, 1);
        requireAtLeast("scale", scale, 1);
        requireAtLeast("gap", gap, 0);
    }

    /** A mosaic whose pictures are enlarged as far as {@code side} pixels hold their longer side. */
    public static PictureMosaic ofSide(PictureShape shape, int columns, int side, int gap) {
        return new PictureMosaic(shape, columns, Math.max(1, side / Math.max(shape.width(), shape.height())), gap);
    }

    /** The extent of a mosaic of {@code count} pictures, at least 1. */
    public PictureShape whole(int count) {
        int across = Math.min(columns, count);
        return new PictureShape(
                shape.channels(), extent((count + across - 1) / across, shape.height()), extent(across, shape.width()));
    }

    /**
     * All pictures, height x width x channels.
     *
     * @param pictures at least one, each height x width x channels; one without pixels leaves its place black
     */
    public byte[] pixels(List<byte[]> pictures) {
        PictureShape whole = whole(pictures.size());
        byte[] pixels = new byte[whole.values()];
        int across = Math.min(columns, pictures.size());
        for (int i = 0; i < pictures.size(); i++) {
            if (pictures.get(i).length > 0) {
                int top = i / across * (scale * shape.height() + gap);
                int left = i % across * (scale * shape.width() + gap);
                place(pictures.get(i), pixels, top * whole.width() + left, whole.width());
            }
        }
        return pixels;
    }

    private void place(byte[] picture, byte[] pixels, int start, int stride) {
        int channels = shape.channels();
        for (int y = 0; y < scale * shape.height(); y++) {
            for (int x = 0; x < scale * shape.width(); x++) {
                int from = (y / scale * shape.width() + x / scale) * channels;
                System.arraycopy(picture, from, pixels, (start + y * stride + x) * channels, channels);
            }
        }
    }

    private int extent(int cells, int size) {
        return Math.addExact(
                Math.multiplyExact(cells, Math.multiplyExact(scale, size)), Math.multiplyExact(cells - 1, gap));
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
