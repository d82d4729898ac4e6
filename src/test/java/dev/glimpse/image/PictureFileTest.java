package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
    private static final int SIDE = 128;
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};
    private static final PictureFile READER = new PictureFile(new PictureShape(3, 8, 8));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void halfOfAJpegIsRefused(boolean progressive) throws IOException {
        byte[] file = jpeg(progressive);
        assertRefused(Arrays.copyOf(file, file.length / 2), "Truncated File - Missing EOI marker");
    }

    /** Of a progressive one a whole scan may be missing, which nothing else tells. */
    @Test
    void jpegWithoutItsEndIsRefused() throws IOException {
        byte[] file = jpeg(false);
        assertRefused(Arrays.copyOf(file, file.length - END.length), "Truncated File - Missing EOI marker");
    }

    @Test
    void jpegThatLacksItsMiddleIsRefused() throws IOException {
        byte[] file = jpeg(false);
        byte[] holed = join(Arrays.copyOf(file, file.length / 2), END);
        assertRefused(holed, "Corrupt JPEG data: premature end of data segment");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesBehindAJpegsEndDoNotMatter(boolean progressive) throws IOException {
        byte[] file = jpeg(progressive);
        assertThat(READER.read(join(file, new byte[100]))).isEqualTo(READER.read(file));
    }

    @Test
    void bytesBeforeAJpegsEndDoNotMatter() throws IOException {
        byte[] file = jpeg(false);
        byte[] padded = join(join(Arrays.copyOf(file, file.length - END.length), new byte[100]), END);
        assertThat(READER.read(padded)).isEqualTo(READER.read(file));
    }

    @Test
    void colourProfileThatIsNoneDoesNotMatter() throws IOException {
        byte[] file = jpeg(false);
        assertThat(READER.read(withProfile(file, new byte[16]))).isEqualTo(READER.read(file));
    }

    /** Java would turn all colours into those of sRGB that look the same: linear light into brighter ones. */
    @Test
    void coloursWithAProfileAreReadAsTheyAreStored() throws IOException {
        byte[] file = jpeg(false);
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        assertThat(READER.read(withProfile(file, profile))).isEqualTo(READER.read(file));
    }

    @Test
    void bandsAreRedGreenAndBlue() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, 0xC83C14);
        }
        for (String format : new String[] {"jpg", "png"}) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(image, format, file);
            byte[] pixels = READER.read(file.toByteArray());
            for (int band = 0; band < 3; band++) {
                assertThat(pixels[64 * band] & 0xFF)
                        .as("%s, band %d", format, band)
                        .isCloseTo(0xC83C14 >> 8 * (2 - band) & 0xFF, within(3));
            }
        }
    }

    /** Behind the start and JFIF's own segment: APP2, its length, the identifier, part 1 of 1, and the profile. */
    private static byte[] withProfile(byte[] file, byte[] profile) {
        byte[] content = join(text("ICC_PROFILE\0\1\1"), profile);
        int length = Short.BYTES + content.length;
        byte[] start = {(byte) 0xFF, (byte) 0xE2, (byte) (length >> Byte.SIZE), (byte) length};
        return join(join(Arrays.copyOf(file, 20), join(start, content)), Arrays.copyOfRange(file, 20, file.length));
    }

    /** Java would brighten all of them, and takes 128 for 188. */
    @ParameterizedTest
    @CsvSource({"1,8", "2,8", "1,16", "2,16"})
    void greyIsReadAsItIsWhateverItsBitsAndOpacity(int bands, int bits) throws IOException {
        int type = bits == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), bands == 2, false, Transparency.TRANSLUCENT, type);
        WritableRaster raster = colours.createCompatibleWritableRaster(16, 16);
        int scale = bits == 8 ? 1 : 257;
        for (int i = 0; i < 16 * 16; i++) {
            raster.setSample(i % 16, i / 16, 0, i * scale);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(colours, raster, false, null), "png", file);
        byte[] expected = new byte[3 * 256];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) i;
        }
        assertThat(new PictureFile(new PictureShape(3, 16, 16)).read(file.toByteArray()))
                .isEqualTo(expected);
        assertThat(new PictureFile(new PictureShape(1, 16, 16)).read(file.toByteArray()))
                .isEqualTo(Arrays.copyOf(expected, 256));
    }

    /**
     * Colours as Pillow 13.0.0 has them of such files: without Adobe's segment, and with each transform it may name.
     */
    @ParameterizedTest
    @CsvSource({"-1,119,103,87,106", "0,119,103,87,106", "2,0,42,0,25"})
    void jpegMadeForPrintIsAsBrightAsElsewhere(int transform, int red, int green, int blue, int brightness)
            throws IOException {
        byte[] plain = jpegOfInks(225, 195, 165, 135);
        byte[] adobe = join(
                new byte[] {(byte) 0xFF, (byte) 0xEE, 0, 14},
                join(text("Adobe"), new byte[] {0, 100, 0, 0, 0, 0, (byte) transform}));
        byte[] file = transform < 0
                ? plain
                : join(join(Arrays.copyOf(plain, 2), adobe), Arrays.copyOfRange(plain, 2, plain.length));

        byte[] colours = READER.read(file);
        assertThat(new int[] {colours[0] & 0xFF, colours[64] & 0xFF, colours[128] & 0xFF})
                .containsExactly(red, green, blue);
        assertThat(new PictureFile(new PictureShape(1, 8, 8)).read(file)[0] & 0xFF)
                .isEqualTo(brightness);
    }

    /** @param values of each pixel as the file holds them: 255 less the ink */
    private static byte[] jpegOfInks(int... values) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, values.length, null);
        for (int i = 0; i < 16 * 16; i++) {
            raster.setPixel(i % 16, i / 16, values);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(1);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), settings);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"24, 8", "8, 24"})
    void aPictureThatIsNoSquareGivesItsMiddle(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 8 * 8; i++) {
            image.setRGB((width - 8) / 2 + i % 8, (height - 8) / 2 + i / 8, 0x10000 * (i + 1));
        }
        byte[] expected = new byte[3 * 64];
        for (int i = 0; i < 64; i++) {
            expected[i] = (byte) (i + 1);
        }
        assertThat(READER.read(png(image))).isEqualTo(expected);
    }

    @Test
    void photographTakesFewBytesForEachPixel() throws IOException {
        byte[] file = png(new BufferedImage(2000, 1500, BufferedImage.TYPE_3BYTE_BGR));
        long pixels = 2000 * 1500;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(READER.read(file)).isNotNull();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(9 * pixels);
    }

    @Test
    void fileOfMorePixelsThanMayBeDecodedIsRefusedByItsHeader() throws IOException {
        byte[] file = png(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY));
        // Behind the signature: the header's length and name, then width, height, five bytes and the checksum.
        ByteBuffer header = ByteBuffer.wrap(file, 12, 21);
        header.putInt(16, 40_000).putInt(20, 40_000);
        CRC32 checksum = new CRC32();
        checksum.update(file, 12, 17);
        header.putInt(29, (int) checksum.getValue());
        assertThatThrownBy(() -> READER.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("40000 x 40000 pixels (expected: at most 134217728 pixels in all)");
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    private static void assertRefused(byte[] file, String damage) {
        assertThatThrownBy(() -> READER.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(damage + " (expected: a whole picture)");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] jpeg(boolean progressive) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(4);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.setRGB(i % SIDE, i / SIDE, random.nextInt());
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        if (progressive) {
            settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }
}
