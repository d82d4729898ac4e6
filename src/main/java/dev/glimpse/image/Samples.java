package dev.glimpse.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;

/** The numbers in the rasters of decoded files. */
final class Samples {
    private Samples() {}

    /** A sample of so many bits, as one of 8. */
    static int eightBits(int sample, int bits) {
        return bits == Byte.SIZE ? sample : (int) (sample * 255L / ((1L << bits) - 1));
    }

    /**
     * Whether the first sample of each pixel is its brightness, in whole numbers from zero; any other is its opacity.
     */
    static boolean areGrey(BufferedImage image) {
        ColorModel colours = image.getColorModel();
        int type = colours.getTransferType();
        return !(colours instanceof IndexColorModel)
                && colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
    }
}
