package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** PNG files in memory alone: the writer and the reader of any. */
final class Png {
    private Png() {}

    /** @param pixels height x width x channels, as many as the shape says */
    static byte[] of(byte[] pixels, PictureShape shape) {
        return of(image(pixels, shape));
    }

    static byte[] of(BufferedImage image) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        // Opened here because ImageIO's own choice of stream is a file, unless a switch global to the process is set;
        // and one that cannot be opened once the process is on its way out.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    /**
     * Decodes a file.
     *
     * @param maxSide longest side in pixels: a file may be small and its pixels many
     * @throws IOException if the bytes are not such a file
     */
    static BufferedImage read(byte[] file, int maxSide) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // Without metadata: a text of a few kilobytes may unpack to gigabytes.
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width > maxSide || height > maxSide) {
                throw new IOException(width + " x " + height + " pixels (expected: at most " + maxSide + " a side)");
            }
            return reader.read(0);
        } catch (RuntimeException e) {
            // The reader meets some broken files with unchecked exceptions.
            throw new IOException("a broken file", e);
        } finally {
            reader.dispose();
        }
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
