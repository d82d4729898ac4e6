package dev.glimpse.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures of one shape as an animated GIF file that begins anew for ever.
 *
 * <p>Grey pictures keep every level. RGB ones keep what the best 256 colours of each frame hold. Immutable, so any
 * thread may use it.
 *
 * @param shape of every frame
 * @param each how long a frame is shown; GIF counts hundredths of a second
 * @param last how long the last one is
 */
public record AnimatedGif(PictureShape shape, Duration each, Duration last) {
    private static final int LEVELS = 256;
    private static final long MILLIS_PER_TICK = 10;
    /** The extension of Netscape's that makes a GIF begin anew: sub-block 1, 0 times for without end. */
    private static final byte[] FOR_EVER = {1, 0, 0};

    /**
     * The file.
     *
     * @param frames at least one, each height x width x channels
     */
    public byte[] of(List<byte[]> frames) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                BufferedImage image = image(frames.get(i));
                IIOMetadata metadata = metadata(writer, image, i == frames.size() - 1 ? last : each, i == 0);
                writer.writeToSequence(new IIOImage(image, null, metadata), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    private BufferedImage image(byte[] pixels) {
        if (shape.channels() == 1) {
            byte[] levels = new byte[LEVELS];
            for (int level = 0; level < LEVELS; level++) {
                levels[level] = (byte) level;
            }
            BufferedImage image = new BufferedImage(
                    shape.width(),
                    shape.height(),
                    BufferedImage.TYPE_BYTE_INDEXED,
                    new IndexColorModel(Byte.SIZE, LEVELS, levels, levels, levels));
            byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            System.arraycopy(pixels, 0, data, 0, pixels.length);
            return image;
        }
        BufferedImage image = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < shape.width() * shape.height(); i++) {
            int rgb = (pixels[3 * i] & 0xFF) << 16 | (pixels[3 * i + 1] & 0xFF) << 8 | pixels[3 * i + 2] & 0xFF;
            image.setRGB(i % shape.width(), i / shape.width(), rgb);
        }
        return image;
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage image, Duration shown, boolean first)
            throws IIOInvalidTreeException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = new IIOMetadataNode(format);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Long.toString(shown.toMillis() / MILLIS_PER_TICK));
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(control);
        if (first) {
            IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
            extension.setAttribute("applicationID", "NETSCAPE");
            extension.setAttribute("authenticationCode", "2.0");
            extension.setUserObject(FOR_EVER.clone());
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(extension);
            root.appendChild(extensions);
        }
        metadata.mergeTree(format, root);
        return metadata;
    }
}
