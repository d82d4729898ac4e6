package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads pictures that people bring along, whatever their size and colours, as values of a model.
 *
 * <p>Immutable, so any thread may use it.
 *
 * @param shape what the values are for: a picture of another size is averaged over boxes, as Pillow's BOX filter does
 *     for the official code; a coloured one turns grey and a grey one coloured as the channels ask. Transparency is
 *     ignored
 */
public record PictureReader(PictureShape shape) {
    /** Longest side of a picture in pixels: its file may be small and its pixels many. */
    public static final int MAX_SIDE = 2048;

    /** As the official code's edits have it, which colour a grey picture in; data sets are read by Rec. 601. */
    private static final double[] LUMA = {0.2989, 0.587, 0.114};

    private static final int BYTE_BITS = 8;

    /**
     * The values of a PNG file.
     *
     * @return channels x height x width, in [-1, 1]
     * @throws IOException if the bytes are not a PNG file of at most {@link #MAX_SIDE} pixels a side
     */
    public float[] read(byte[] file) throws IOException {
        BufferedImage image = Png.read(file, MAX_SIDE);
        int[][] rgb = channels(image);
        int[][] planes = shape.channels() == 1 ? new int[][] {grey(rgb)} : rgb;
        int area = shape.height() * shape.width();
        float[] values = new float[shape.values()];
        for (int channel = 0; channel < shape.channels(); channel++) {
            int[] plane = BoxFilter.resize(
                    planes[channel], image.getWidth(), image.getHeight(), shape.width(), shape.height());
            for (int i = 0; i < area; i++) {
                values[channel * area + i] = Pixels.value(plane[i]);
            }
        }
        return values;
    }

    /**
     * The values of 8-bit pixels of the reader's own shape.
     *
     * @param pixels height x width x channels
     * @return channels x height x width, in [-1, 1]
     * @throws IOException if they are not as many as the shape says
     */
    public float[] fromPixels(byte[] pixels) throws IOException {
        if (pixels.length != shape.values()) {
            throw new IOException(pixels.length + " bytes (expected: " + shape.values() + " = " + shape.height() + " x "
                    + shape.width() + " x " + shape.channels() + ")");
        }
        int area = shape.height() * shape.width();
        float[] values = new float[pixels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Pixels.value(pixels[i % area * shape.channels() + i / area] & 255);
        }
        return values;
    }

    /** Red, green and blue of every pixel, 0..255; the same plane three times for a grey picture. */
    private static int[][] channels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        boolean indexed = image.getColorModel() instanceof IndexColorModel;
        int[][] rgb = new int[3][];
        if (indexed) {
            int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
            for (int channel = 0; channel < rgb.length; channel++) {
                int shift = (2 - channel) * BYTE_BITS;
                rgb[channel] = Arrays.stream(packed).map(p -> p >> shift & 255).toArray();
            }
            return rgb;
        }
        // The raster and not the image: Java takes grey files for linear light and would brighten them.
        int bits = image.getColorModel().getComponentSize(0);
        for (int channel = 0; channel < rgb.length; channel++) {
            int band = raster.getNumBands() < rgb.length ? 0 : channel;
            int[] samples = raster.getSamples(0, 0, width, height, band, (int[]) null);
            rgb[channel] = Arrays.stream(samples)
                    .map(s -> RasterValues.eightBits(s, bits))
                    .toArray();
        }
        return rgb;
    }

    private static int[] grey(int[][] rgb) {
        int[] grey = new int[rgb[0].length];
        for (int i = 0; i < grey.length; i++) {
            double sum = 0;
            double weights = 0;
            for (int channel = 0; channel < rgb.length; channel++) {
                sum += LUMA[channel] * rgb[channel][i];
                weights += LUMA[channel];
            }
            grey[i] = (int) Math.round(sum / weights);
        }
        return grey;
    }
}
