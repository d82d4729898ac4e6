package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
