package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.testing.GoldenTensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelsTest {
    private static final PictureShape GOLDEN_SHAPE = new PictureShape(3, 16, 16);

    @ParameterizedTest
    @ValueSource(
            strings = {"code_exact_n1", "code_exact_n4", "code_gamma0.3_n4", "code_cm_multistep_n4", "code_heun_n4"})
    void pixelsAreThoseTheOfficialCodeSaved(String run) {
        GoldenTensors golden = GoldenTensors.load("sampling_song_uncond");
        float[] values = golden.floats(run + "/out");
        byte[] official = golden.bytes(run + "/out_uint8_nhwc");
        int size = GOLDEN_SHAPE.values();
        for (int i = 0; i < 2; i++) {
            assertThat(Pixels.of(Arrays.copyOfRange(values, i * size, (i + 1) * size), GOLDEN_SHAPE))
                    .isEqualTo(Arrays.copyOfRange(official, i * size, (i + 1) * size));
        }
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource({
        "-1, 0",
        "-0.99999994, 0",
        "-0.9921569, 0",
        "-0.9921568, 1",
        "0, 127",
        "0.0039, 127",
        "0.00393, 128",
        "0.9999, 254",
        "1, 255",
        "1.5, 255",
        "-7, 0",
        "3.4028235e38, 255",
        "Infinity, 255",
        "-Infinity, 0",
        "-0.0, 127",
        "NaN, 127"
    })
    void valuesAreClampedAndTruncated(float value, int pixel) {
        assertThat(Pixels.of(value) & 0xFF).isEqualTo(pixel);
    }

    @Test
    void middleOfEachEightBitStepComesBackAsThatStep() {
        for (int pixel = 0; pixel < 255; pixel++) {
            assertThat(Pixels.of((float) ((pixel + 0.5) / 127.5 - 1)) & 0xFF).isEqualTo(pixel);
        }
    }

    @Test
    void everyPixelComesBackFromTheValueThatItIsReadAs() {
        for (int pixel = 0; pixel <= 255; pixel++) {
            float value = Pixels.value(pixel);
            assertThat(Pixels.of(value) & 0xFF).isEqualTo(pixel);
            float exact = (float) (pixel / 127.5 - 1);
            assertThat(value).isBetween(exact, Math.nextUp(exact));
        }
    }

    @Test
    void channelsOfAPixelLieSideBySide() {
        float[] values = {-1, -1, 0, 0, 1, 1};
        assertThat(Pixels.of(values, new PictureShape(3, 1, 2))).containsExactly(0, 127, 255, 0, 127, 255);
    }

    @Test
    void wrongNumberOfValuesIsRefused() {
        assertThatThrownBy(() -> Pixels.of(new float[5], new PictureShape(3, 1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values: 5 (expected: 6 = 3 x 1 x 2)");
    }

    @ParameterizedTest
    @CsvSource({
        "2, 4, 4, 'channels: 2 (expected: 1 or 3)'",
        "1, 0, 4, 'height: 0 (expected: at least 1)'",
        "1, 4, -1, 'width: -1 (expected: at least 1)'",
        "3, 40000, 40000, 'values: 3 x 40000 x 40000 (expected: at most 2147483647)'"
    })
    void impossibleShapeNamesTheValueAndWhatWasExpected(int channels, int height, int width, String message) {
        assertThatThrownBy(() -> new PictureShape(channels, height, width)).hasMessage(message);
    }
}
