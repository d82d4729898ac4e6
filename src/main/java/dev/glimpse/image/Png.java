package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The writer of PNG files: 8-bit grey or RGB, in memory alone. */
final class Png {
    private Png() {}

    /** @param pixels height x width x channels, as many as the shape says */
    static byte[] of(byte[] pixels, PictureShape shape) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        // Opened here because ImageIO's own choice of stream is a file, unless a switch global to the process is set.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(image(pixels, shape));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    private static BufferedImage image(byte[] pixels, PictureShape shape) {
        boolean grey = shape.channels() == 1;
        BufferedImage image = new BufferedImage(
                shape.width(), shape.height(), grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        if (grey) {
            System.arraycopy(pixels, 0, data, 0, pixels.length);
        } else {
            for (int i = 0; i < pixels.length; i += 3) {
                data[i] = pixels[i + 2];
                data[i + 1] = pixels[i + 1];
                data[i + 2] = pixels[i];
            }
        }
        return image;
    }
}
