package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class AnimatedGifTest {
    private static final Duration EACH = Duration.ofMillis(400);
    private static final Duration LAST = Duration.ofSeconds(2);
    private static final PictureShape GREY = new PictureShape(1, 16, 16);

    /** A file as a viewer reads it: its frames, and how long each is shown in hundredths of a second. */
    private record Read(List<BufferedImage> frames, List<Integer> ticks) {
        static Read of(byte[] gif) throws IOException {
            ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(gif)));
            List<BufferedImage> frames = new ArrayList<>();
            List<Integer> ticks = new ArrayList<>();
            for (int i = 0; i < reader.getNumImages(true); i++) {
                frames.add(reader.read(i));
                IIOMetadata metadata = reader.getImageMetadata(i);
                Element root = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
                Element control = (Element)
                        root.getElementsByTagName("GraphicControlExtension").item(0);
                ticks.add(Integer.parseInt(control.getAttribute("delayTime")));
            }
            return new Read(frames, ticks);
        }
    }

    @Test
    void everyFrameOfGreyPicturesKeepsEveryLevel() throws Exception {
        List<byte[]> frames = List.of(levels(0), levels(1), levels(2));

        Read read = Read.of(new AnimatedGif(GREY, EACH, LAST).of(frames));

        assertThat(read.frames()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(grey(read.frames().get(i))).isEqualTo(frames.get(i));
        }
    }

    @Test
    void framesTakeTheirTimeAndTheLastOneItsOwn() throws Exception {
        Read read = Read.of(new AnimatedGif(GREY, EACH, LAST).of(List.of(levels(0), levels(1), levels(2))));

        assertThat(read.ticks())
                .containsExactly((int) EACH.toMillis() / 10, (int) EACH.toMillis() / 10, (int) LAST.toMillis() / 10);
    }

    @Test
    void theAnimationBeginsAnewForEver() {
        byte[] gif = new AnimatedGif(GREY, EACH, LAST).of(List.of(levels(0), levels(1)));

        assertThat(new String(gif, StandardCharsets.ISO_8859_1)).containsOnlyOnce("NETSCAPE2.0\003\001\000\000");
    }

    @Test
    void coloursOfFewAreKept() throws Exception {
        PictureShape shape = new PictureShape(3, 1, 2);
        byte[] first = {(byte) 255, 0, 0, 0, 0, (byte) 255};
        byte[] second = {0, (byte) 255, 0, (byte) 255, (byte) 255, (byte) 255};

        Read read = Read.of(new AnimatedGif(shape, EACH, LAST).of(List.of(first, second)));

        assertThat(read.frames().get(0).getRGB(0, 0)).isEqualTo(0xFFFF0000);
        assertThat(read.frames().get(0).getRGB(1, 0)).isEqualTo(0xFF0000FF);
        assertThat(read.frames().get(1).getRGB(0, 0)).isEqualTo(0xFF00FF00);
        assertThat(read.frames().get(1).getRGB(1, 0)).isEqualTo(0xFFFFFFFF);
    }

    private static byte[] levels(int shift) {
        byte[] pixels = new byte[GREY.values()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i + shift);
        }
        return pixels;
    }

    private static byte[] grey(BufferedImage image) {
        byte[] pixels = new byte[image.getWidth() * image.getHeight()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) image.getRGB(i % image.getWidth(), i / image.getWidth());
        }
        return pixels;
    }
}
