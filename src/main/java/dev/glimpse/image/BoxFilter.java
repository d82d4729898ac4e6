package dev.glimpse.image;

/**
 * The resizing rule of Pillow's BOX filter: each new pixel is the mean of the old ones whose centres lie in its box,
 * rows before columns, rounded to whole numbers after each. Where that falls on a half, it may differ from Pillow by
 * one.
 */
final class BoxFilter {
    /** Pillow's weights are fixed-point numbers, which decides how halves are rounded. */
    private static final int FRACTION_BITS = 22;

    private static final long ONE = 1L << FRACTION_BITS;

    private BoxFilter() {}

    /**
     * A plane of another size.
     *
     * @param plane height x width, 0..255
     */
    static int[] resize(int[] plane, int width, int height, int newWidth, int newHeight) {
        int[] narrowed = new int[newWidth * height];
        for (int x = 0; x < newWidth; x++) {
            Box box = Box.of(x, width, newWidth);
            for (int y = 0; y < height; y++) {
                narrowed[y * newWidth + x] = box.mean(plane, y * width, 1);
            }
        }
        int[] resized = new int[newWidth * newHeight];
        for (int y = 0; y < newHeight; y++) {
            Box box = Box.of(y, height, newHeight);
            for (int x = 0; x < newWidth; x++) {
                resized[y * newWidth + x] = box.mean(narrowed, x, newWidth);
            }
        }
        return resized;
    }

    /** The old pixels from {@code first} to before {@code end} that make up a new one. */
    private record Box(int first, int end) {
        static Box of(int pixel, int size, int newSize) {
            double scale = (double) size / newSize;
            double support = Math.max(scale, 1);
            double half = support / 2;
            double centre = (pixel + 0.5) * scale;
            int first = Math.max(0, (int) (centre - half + 0.5));
            int end = Math.min(size, (int) (centre + half + 0.5));
            // Whether a centre on the edge is inside depends on the rounding of just this expression.
            while ((first - centre + 0.5) * (1 / support) <= -0.5) {
                first++;
            }
            while ((end - 1 - centre + 0.5) * (1 / support) > 0.5) {
                end--;
            }
            return new Box(first, end);
        }

        int mean(int[] values, int from, int step) {
            long sum = 0;
            for (int i = first; i < end; i++) {
                sum += values[from + i * step];
            }
            return (int) (sum * Math.round((double) ONE / (end - first)) + ONE / 2 >> FRACTION_BITS);
        }
    }
}
