package dev.glimpse.image;

/** The numbers in the rasters of decoded files. */
final class Samples {
    private Samples() {}

    /** A sample of so many bits, as one of 8. */
    static int eightBits(int sample, int bits) {
        return bits == Byte.SIZE ? sample : (int) (sample * 255L / ((1L << bits) - 1));
    }
}
