package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts in a PNG file may unpack to a thousand times their size, and nobody asks for them. */
class PngTextTest {
    private static final PictureShape SHAPE = new PictureShape(3, 8, 8);
    private static final int UNPACKED = 32 << 20;
    /** Bytes behind which any part may stand: the signature and the header with its length, name and checksum. */
    private static final int HEADER = 8 + 12 + 13;

    private interface Reading {
        Object read(byte[] file) throws IOException;
    }

    @ParameterizedTest
    @CsvSource({"zTXt,5", "iTXt,5", "zTXt,13", "iTXt,13"})
    void packedTextsAreNotUnpacked(String part, int type) throws IOException {
        byte[] file = withText(part, png(type));
        assertThat(file).hasSizeLessThan(256 << 10);
        assertThat(allocated(new PictureReader(SHAPE)::read, file)).isLessThan(UNPACKED / 8);
        assertThat(allocated(new PictureFile(SHAPE)::read, file)).isLessThan(UNPACKED / 8);
        if (type == BufferedImage.TYPE_3BYTE_BGR) {
            assertThat(allocated(new PngReader(SHAPE)::read, file)).isLessThan(UNPACKED / 8);
        }
    }

    private static long allocated(Reading reading, byte[] file) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(reading.read(file)).isNotNull();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static byte[] png(int type) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(SHAPE.width(), SHAPE.height(), type), "png", file);
        return file.toByteArray();
    }

    private static byte[] withText(String part, byte[] png) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        // The key; then zTXt tells the method, iTXt that it is packed, the method and no language or translation.
        text.write(new byte[] {'k', 0});
        text.write(part.equals("zTXt") ? new byte[1] : new byte[] {1, 0, 0, 0});
        try (DeflaterOutputStream packed = new DeflaterOutputStream(text)) {
            packed.write(new byte[UNPACKED]);
        }
        byte[] name = part.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(text.toByteArray());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.write(png, 0, HEADER);
        out.writeInt(text.size());
        out.write(name);
        out.write(text.toByteArray());
        out.writeInt((int) checksum.getValue());
        out.write(Arrays.copyOfRange(png, HEADER, png.length));
        return file.toByteArray();
    }
}
