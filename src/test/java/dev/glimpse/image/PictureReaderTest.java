package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {
    private static final PictureShape RGB = new PictureShape(3, 4, 6);
    private static final PictureShape GREY = new PictureShape(1, 4, 6);

    @Test
    void pictureThatWasWrittenIsReadBackToTheBit() throws IOException {
        for (PictureShape shape : new PictureShape[] {RGB, GREY}) {
            byte[] pixels = random(shape.values());
            PictureReader reader = new PictureReader(shape);
            float[] values = reader.fromPixels(pixels);
            assertThat(values[0]).isEqualTo((float) ((pixels[0] & 255) / 127.5 - 1));
            assertThat(reader.read(Png.of(pixels, shape))).isEqualTo(values);
        }
    }

    @Test
    void greyPictureFillsEveryChannelAndColourTurnsToItsBrightness() throws IOException {
        byte[] grey = random(GREY.values());
        float[] rgb = new PictureReader(RGB).read(Png.of(grey, GREY));
        float[] expected = new PictureReader(GREY).fromPixels(grey);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Arrays.copyOfRange(rgb, channel * GREY.values(), (channel + 1) * GREY.values()))
                    .isEqualTo(expected);
        }
        byte[] threefold = new byte[RGB.values()];
        for (int i = 0; i < threefold.length; i++) {
            threefold[i] = grey[i / 3];
        }
        assertThat(new PictureReader(GREY).read(Png.of(threefold, RGB))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_BINARY
            })
    void filesOfOtherKindsAreReadAsTheirColours(int type) throws IOException {
        BufferedImage image = new BufferedImage(6, 4, type);
        for (int x = 0; x < 3; x++) {
            for (int y = 0; y < 4; y++) {
                image.setRGB(x, y, 0xFFFFFFFF);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        float[] values = new PictureReader(RGB).read(file.toByteArray());
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isCloseTo(i % 6 < 3 ? 1 : -1, within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_BYTE_INDEXED})
    void coloursKeepTheirPlacesWhateverTheFile(int type) throws IOException {
        BufferedImage image = new BufferedImage(6, 4, type);
        for (int i = 0; i < 6 * 4; i++) {
            image.setRGB(i % 6, i / 6, i % 6 < 3 ? 0xFFFF0000 : 0xFF0000FF);
        }
        float[] values = new PictureReader(RGB).read(Png.of(image));
        for (int i = 0; i < 6 * 4; i++) {
            assertThat(values[i]).as("red").isEqualTo(i % 6 < 3 ? 1 : -1);
            assertThat(values[24 + i]).as("green").isEqualTo(-1);
            assertThat(values[48 + i]).as("blue").isEqualTo(i % 6 < 3 ? -1 : 1);
        }
    }

    @Test
    void opacityOfAGreyPictureIsNoneOfItsColours() throws IOException {
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                true,
                false,
                Transparency.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = colours.createCompatibleWritableRaster(6, 4);
        byte[] grey = random(GREY.values());
        for (int i = 0; i < grey.length; i++) {
            raster.setPixel(i % 6, i / 6, new int[] {grey[i] & 255, 7 * i});
        }
        byte[] file = Png.of(new BufferedImage(colours, raster, false, null));
        assertThat(new PictureReader(RGB).read(file)).isEqualTo(new PictureReader(RGB).read(Png.of(grey, GREY)));
    }

    @Test
    void wholeBoxesBecomeTheirMeansAndLargerPicturesRepeatTheirPixels() {
        int[] plane = new Random(3).ints(12 * 8, 0, 256).toArray();
        int[] small = BoxFilter.resize(plane, 12, 8, 6, 8);
        for (int i = 0; i < small.length; i++) {
            assertThat(small[i]).isEqualTo((int) Math.round((plane[2 * i] + plane[2 * i + 1]) / 2.0));
        }
        int[] large = BoxFilter.resize(plane, 12, 8, 36, 16);
        for (int i = 0; i < large.length; i++) {
            assertThat(large[i]).isEqualTo(plane[i / 36 / 2 * 12 + i % 36 / 3]);
        }
        assertThat(BoxFilter.resize(plane, 12, 8, 12, 8)).isEqualTo(plane);
    }

    @Test
    void noPixelIsLostBetweenBoxesOfAnySize() {
        for (int size = 1; size <= 40; size++) {
            for (int wanted = 1; wanted <= 40; wanted++) {
                int[] plane = IntStream.range(0, size).map(i -> i * 6).toArray();
                int[] resized = BoxFilter.resize(plane, size, 1, wanted, 1);
                for (int i = 0; i < wanted; i++) {
                    double centre = (i + 0.5) * size / wanted - 0.5;
                    assertThat((double) resized[i])
                            .as("%s of %s to %s", i, size, wanted)
                            .isCloseTo(6 * centre, within(6 * 0.5 + 0.5));
                }
            }
        }
    }

    @Test
    void whatIsNoPictureIsRefused() {
        PictureReader reader = new PictureReader(GREY);
        assertThatThrownBy(() -> reader.read(new byte[] {1, 2, 3})).isInstanceOf(IOException.class);
        byte[] cut = Arrays.copyOf(Png.of(random(GREY.values()), GREY), 50);
        assertThatThrownBy(() -> reader.read(cut)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> reader.fromPixels(new byte[5]))
                .isInstanceOf(IOException.class)
                .hasMessage("5 bytes (expected: 24 = 4 x 6 x 1)");
    }

    @ParameterizedTest
    @CsvSource({"2049, 1", "1, 2049"})
    void pictureOfTooManyPixelsIsRefusedBeforeItIsUnpacked(int width, int height) {
        PictureShape large = new PictureShape(1, height, width);
        byte[] file = Png.of(new byte[large.values()], large);
        assertThatThrownBy(() -> new PictureReader(GREY).read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(width + " x " + height + " pixels (expected: at most 2048 a side)");
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
