package dev.glimpse.image;

import java.util.Arrays;
import java.util.List;

/**
 * A layout of many pictures of one shape in one, row by row from the top left.
 *
 * <p>Immutable, so any thread may use it.
 *
 * @param shape of every picture
 * @param columns pictures side by side, at least 1; fewer pictures make a narrower grid
 * @param padding white pixels around each picture, at least 0
 */
public record PictureGrid(PictureShape shape, int columns, int padding) {
    private static final byte WHITE = (byte) 255;

    public PictureGrid {
        if (columns < 1) {
            throw new IllegalArgumentException("columns: " + columns + " (expected: at least 1)");
        }
        if (padding < 0) {
            throw new IllegalArgumentException("padding: " + padding + " (expected: at least 0)");
        }
    }

    /**
     * A PNG file of all pictures; cells left over in the last row are white.
     *
     * @param pictures at least one, each channels x height x width, nominally in [-1, 1]
     */
    public byte[] png(List<float[]> pictures) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("pictures: 0 (expected: at least 1)");
        }
        int across = Math.min(columns, pictures.size());
        PictureShape whole = whole(pictures.size());
        byte[] pixels = new byte[whole.values()];
        Arrays.fill(pixels, WHITE);
        for (int i = 0; i < pictures.size(); i++) {
            int top = extent(i / across, shape.height());
            int left = extent(i % across, shape.width());
            place(Pixels.of(pictures.get(i), shape), pixels, (top * whole.width() + left) * shape.channels(), whole);
        }
        return Png.of(pixels, whole);
    }

    /**
     * The extent of a grid of {@code count} pictures, at least 1.
     *
     * @throws ArithmeticException if no picture can be so large
     * @throws IllegalArgumentException the same
     */
    public PictureShape whole(int count) {
        int across = Math.min(columns, count);
        int down = (count + across - 1) / across;
        return new PictureShape(shape.channels(), extent(down, shape.height()), extent(across, shape.width()));
    }

    /**
     * Pixels that {@code cells} pictures take along one side with the padding around each: where the next one starts.
     */
    private int extent(int cells, int size) {
        return Math.addExact(padding, Math.multiplyExact(cells, Math.addExact(size, padding)));
    }

    private void place(byte[] picture, byte[] pixels, int start, PictureShape whole) {
        int row = shape.width() * shape.channels();
        for (int y = 0; y < shape.height(); y++) {
            System.arraycopy(picture, y * row, pixels, start + y * whole.width() * shape.channels(), row);
        }
    }
}
