package dev.glimpse.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;

/** The numbers in the rasters of decoded files. */
final class RasterValues {
    /** Cyan, magenta, yellow and black. */
    static final int INKS = 4;

    private static final int FULL = 255;

    private RasterValues() {}

    /** A sample of so many bits, as one of 8. */
    static int eightBits(int sample, int bits) {
        return bits == Byte.SIZE ? sample : (int) (sample * 255L / ((1L << bits) - 1));
    }

    /**
     * Whether the first sample of each pixel is its brightness, in whole numbers from zero; any other is its opacity.
     */
    static boolean areGrey(BufferedImage image) {
        return areOf(ColorSpace.TYPE_GRAY, image);
    }

    /** Whether the first samples of each pixel are its red, green and blue, in whole numbers from zero. */
    static boolean areColours(BufferedImage image) {
        return areOf(ColorSpace.TYPE_RGB, image);
    }

    private static boolean areOf(int space, BufferedImage image) {
        ColorModel colours = image.getColorModel();
        int type = colours.getTransferType();
        return colours instanceof ComponentColorModel
                && colours.getColorSpace().getType() == space
                && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
    }

    /** Whether the samples of each pixel are inks of a byte each, as in a JPEG file made for print. */
    static boolean areInks(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        return colours.getColorSpace().getType() == ColorSpace.TYPE_CMYK
                && colours.getTransferType() == DataBuffer.TYPE_BYTE
                && image.getRaster().getNumBands() == INKS;
    }

    /**
     * Red, green and blue of inks as Pillow has them, in an int: what each ink leaves of what black leaves. Java's own
     * conversion takes the inks for linear light, and would brighten the picture.
     *
     * @param inks 255 for all of one
     */
    static int colour(int[] inks, int from) {
        int light = FULL - inks[from + 3];
        int colour = 0;
        for (int i = from; i < from + 3; i++) {
            colour = colour << Byte.SIZE | light - (inks[i] * light + FULL / 2) / FULL;
        }
        return colour;
    }
}
