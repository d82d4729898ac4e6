package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads back the PNG files that {@link PictureEncoder} writes.
 *
 * @param shape the extent that the pictures must have
 */
public record PngReader(PictureShape shape) {

    /**
     * The pixels of a file, height x width x channels.
     *
     * @throws IOException if the bytes are not a PNG file of 8 bits a channel and of the reader's shape
     */
    public byte[] read(byte[] file) throws IOException {
        Raster raster = decode(file).getRaster();
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

    private static BufferedImage decode(byte[] file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        // Opened here because ImageIO's own choice of stream is a file, unless a switch global to the process is set.
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // Without metadata: a text of a few kilobytes may unpack to gigabytes.
            reader.setInput(in, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }
}
