package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads picture files of any size, PNG or JPEG, as the square pictures of one size that networks learn from.
 *
 * <p>The largest square in the middle is reduced by the mean over the area of each new pixel; nothing is enlarged.
 *
 * @param shape what the pictures become; as high as wide
 */
public record PictureFile(PictureShape shape) {
    private static final double[] LUMA = {0.299, 0.587, 0.114};

    /**
     * Pixels of a file, channels x height x width.
     *
     * @throws IOException if the bytes are no such file, or a smaller picture; the message tells what is wrong
     */
    public byte[] read(byte[] file) throws IOException {
        BufferedImage image = decode(file);
        int side = Math.min(image.getWidth(), image.getHeight());
        if (side < shape.width()) {
            throw new IOException(image.getWidth() + " x " + image.getHeight() + " pixels (expected: at least "
                    + shape.width() + " x " + shape.height() + ")");
        }
        double[][] planes = planes(image, side);
        byte[] pixels = new byte[shape.channels() * shape.height() * shape.width()];
        for (int channel = 0; channel < planes.length; channel++) {
            reduce(planes[channel], side, pixels, channel * shape.height() * shape.width());
        }
        return pixels;
    }

    private static BufferedImage decode(byte[] file) throws IOException {
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no picture (expected: PNG or JPEG)");
            }
            ImageReader reader = readers.next();
            try {
                DamageWatch damage = new DamageWatch();
                reader.addIIOReadWarningListener(damage);
                // Without metadata: a text of a few kilobytes may unpack to gigabytes.
                reader.setInput(in, true, true);
                BufferedImage image = reader.read(0);
                damage.requireNone();
                return image;
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException e) {
            // Readers answer some broken files with whatever exception their parsing runs into.
            throw new IOException("broken picture (" + e.getMessage() + ")", e);
        }
    }

    /** The middle square's values, a plane for each channel. */
    private double[][] planes(BufferedImage image, int side) {
        int left = (image.getWidth() - side) / 2;
        int top = (image.getHeight() - side) / 2;
        // The raster of grey files and not their colours: Java takes them for linear light and would brighten them.
        boolean grey = Samples.areGrey(image);
        int bits = image.getColorModel().getComponentSize(0);
        Raster raster = image.getRaster();
        double[][] planes = new double[shape.channels()][side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int rgb = grey
                        ? 0x010101 * Samples.eightBits(raster.getSample(left + x, top + y, 0), bits)
                        : image.getRGB(left + x, top + y);
                int[] colours = {rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF};
                for (int channel = 0; channel < planes.length; channel++) {
                    planes[channel][y * side + x] = planes.length == 1 ? luma(colours, grey) : colours[channel];
                }
            }
        }
        return planes;
    }

    private static double luma(int[] colours, boolean grey) {
        return grey ? colours[0] : LUMA[0] * colours[0] + LUMA[1] * colours[1] + LUMA[2] * colours[2];
    }

    private void reduce(double[] plane, int side, byte[] pixels, int offset) {
        int size = shape.width();
        double scale = (double) side / size;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double sum = 0;
                for (int row = (int) (y * scale); row < (y + 1) * scale; row++) {
                    double height = Math.min(row + 1, (y + 1) * scale) - Math.max(row, y * scale);
                    for (int column = (int) (x * scale); column < (x + 1) * scale; column++) {
                        double width = Math.min(column + 1, (x + 1) * scale) - Math.max(column, x * scale);
                        sum += height * width * plane[Math.min(row, side - 1) * side + Math.min(column, side - 1)];
                    }
                }
                pixels[offset + y * size + x] = (byte) Math.round(sum / (scale * scale));
            }
        }
    }
}
