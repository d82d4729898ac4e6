package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Reads back the PNG files that {@link PictureEncoder} writes.
 *
 * @param shape the extent that the pictures must have
 */
public record PngReader(PictureShape shape) {
    private static final String EXPECTED = " (expected: 8 bits a channel)";

    /**
     * The pixels of a file, height x width x channels.
     *
     * @throws IOException if the bytes are not a PNG file of 8 bits a channel and of the reader's shape
     */
    public byte[] read(byte[] file) throws IOException {
        BufferedImage image = Png.read(file, PictureReader.MAX_SIDE);
        requireBytes(image.getColorModel());
        Raster raster = image.getRaster();
        if (raster.getWidth() != shape.width()
                || raster.getHeight() != shape.height()
                || raster.getNumBands() != shape.channels()) {
            throw new IOException("picture: " + raster.getWidth() + " x " + raster.getHeight() + " x "
                    + raster.getNumBands() + " (expected: " + shape.width() + " x " + shape.height() + " x "
                    + shape.channels() + ")");
        }
        // The raster and not the image: Java takes grey files for linear light and would brighten them.
        int[] samples = raster.getPixels(0, 0, shape.width(), shape.height(), (int[]) null);
        byte[] pixels = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            pixels[i] = (byte) samples[i];
        }
        return pixels;
    }

    private static void requireBytes(ColorModel colours) throws IOException {
        // Java makes a palette of the grey levels of 1, 2 and 4 bits too.
        if (colours instanceof IndexColorModel) {
            throw new IOException("picture: a palette or less than 8 bits a channel" + EXPECTED);
        }
        int bits = colours.getComponentSize(0);
        if (bits != Byte.SIZE) {
            throw new IOException("picture: " + bits + " bits a channel" + EXPECTED);
        }
    }
}
