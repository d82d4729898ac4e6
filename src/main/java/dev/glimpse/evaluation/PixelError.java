package dev.glimpse.evaluation;

/**
 * The squared difference between 8-bit pictures and their targets, summed exactly.
 *
 * <p>Not thread-safe.
 */
public final class PixelError {
    private static final double WHITE = 255;

    private long values;
    private long squares;

    /** Adds pictures, as many values in both. */
    public void add(byte[] pixels, byte[] target) {
        if (pixels.length != target.length) {
            throw new IllegalArgumentException(
                    "target: " + target.length + " values (expected: " + pixels.length + ", as the pictures)");
        }
        values += pixels.length;
        for (int i = 0; i < pixels.length; i++) {
            int difference = (pixels[i] & 0xFF) - (target[i] & 0xFF);
            squares += (long) difference * difference;
        }
    }

    void merge(PixelError other) {
        values += other.values;
        squares += other.squares;
    }

    /** Number of values that were compared. */
    public long values() {
        return values;
    }

    /**
     * Peak signal-to-noise ratio in dB, 10 log10(255^2 / mean squared difference); infinite for equal pictures, not a
     * number without any.
     */
    public double psnr() {
        return 10 * Math.log10(WHITE * WHITE * values / squares);
    }

    void write(TensorList list) {
        list.put("error", values, squares);
    }

    static PixelError read(TensorTable table) {
        long[] sums = table.longs("error");
        PixelError error = new PixelError();
        error.values = sums[0];
        error.squares = sums[1];
        return error;
    }
}
