package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngReaderTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void pixelsComeBackAsTheyWereWritten(int channels) throws Exception {
        PictureShape shape = new PictureShape(channels, 3, 5);
        float[] values = new float[shape.values()];
        for (int i = 0; i < values.length; i++) {
            values[i] = -1 + 2f * i / values.length;
        }
        PictureEncoder encoder = new PictureEncoder(shape);

        byte[] pixels = new PngReader(shape).read(encoder.encode(values, ImageFormat.PNG));

        assertThat(pixels).isEqualTo(encoder.encode(values, ImageFormat.RAW_U8));
    }

    @Test
    void aPictureOfAnotherShapeIsRefused() {
        byte[] file = new PictureEncoder(new PictureShape(1, 2, 3)).encode(new float[6], ImageFormat.PNG);

        assertThatThrownBy(() -> new PngReader(new PictureShape(1, 3, 2)).read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("picture: 3 x 2 x 1 (expected: 2 x 3 x 1)");
    }

    @Test
    void bytesThatAreNoPngAreRefused() {
        assertThatThrownBy(() -> new PngReader(new PictureShape(1, 1, 1)).read(new byte[40]))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        BufferedImage.TYPE_BYTE_INDEXED + ",a palette or less than 8 bits a channel",
        BufferedImage.TYPE_BYTE_BINARY + ",a palette or less than 8 bits a channel",
        BufferedImage.TYPE_USHORT_GRAY + ",16 bits a channel"
    })
    void pixelsOfAnotherKindAreRefused(int type, String kind) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(3, 2, type), "png", file);

        assertThatThrownBy(() -> new PngReader(new PictureShape(1, 2, 3)).read(file.toByteArray()))
                .isInstanceOf(IOException.class)
                .hasMessage("picture: " + kind + " (expected: 8 bits a channel)");
    }
}
