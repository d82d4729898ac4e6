package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureEncoderTest {
    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = {1, 3})
    void pngHoldsExactlyTheRawPixels(int channels) {
        PictureShape shape = new PictureShape(channels, 5, 7);
        PictureEncoder encoder = new PictureEncoder(shape);
        float[] values = ramp(shape);
        byte[] file = encoder.encode(values, ImageFormat.PNG);
        assertThat(file).startsWith(PNG_SIGNATURE);
        DecodedPng png = DecodedPng.of(file);
        assertThat(png.width()).isEqualTo(7);
        assertThat(png.height()).isEqualTo(5);
        assertThat(png.channels()).isEqualTo(channels);
        assertThat(png.pixels()).isEqualTo(encoder.encode(values, ImageFormat.RAW_U8));
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = {1, 3})
    void pngDeclaresEightBitGreyOrRgb(int channels) {
        PictureShape shape = new PictureShape(channels, 2, 2);
        byte[] file = new PictureEncoder(shape).encode(ramp(shape), ImageFormat.PNG);
        // In the IHDR chunk: bit depth, then colour type (0 grey, 2 RGB).
        assertThat(file[24]).isEqualTo((byte) 8);
        assertThat(file[25]).isEqualTo((byte) (channels == 1 ? 0 : 2));
    }

    @Test
    void rawFloatsAreLittleEndianAndUntouched() {
        float[] values = {-3, Float.NaN, 0.1f, Float.POSITIVE_INFINITY};
        byte[] bytes = new PictureEncoder(new PictureShape(1, 2, 2)).encode(values, ImageFormat.RAW_F32);
        float[] read = new float[4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(read);
        assertThat(bytes).hasSize(16);
        assertThat(read).isEqualTo(values);
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void encodingLeavesTheValuesAlone(ImageFormat format) {
        float[] values = {-3, 0.5f, Float.NaN, 2};
        new PictureEncoder(new PictureShape(1, 2, 2)).encode(values, format);
        assertThat(values).containsExactly(-3, 0.5f, Float.NaN, 2);
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void wrongNumberOfValuesIsRefusedInEveryFormat(ImageFormat format) {
        PictureEncoder encoder = new PictureEncoder(new PictureShape(1, 2, 2));
        assertThatThrownBy(() -> encoder.encode(new float[3], format))
                .hasMessage("values: 3 (expected: 4 = 1 x 2 x 2)");
    }

    @Test
    void threadsSharingAnEncoderGetTheBytesOfOneThread() throws Exception {
        PictureShape shape = new PictureShape(3, 32, 32);
        PictureEncoder encoder = new PictureEncoder(shape);
        List<float[]> pictures = new ArrayList<>();
        List<byte[]> alone = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            float[] values = ramp(shape);
            values[i] = 1;
            pictures.add(values);
            alone.add(encoder.encode(values, ImageFormat.PNG));
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<byte[]>> tasks = new ArrayList<>();
            for (int i = 0; i < 512; i++) {
                float[] values = pictures.get(i % pictures.size());
                tasks.add(() -> encoder.encode(values, ImageFormat.PNG));
            }
            List<Future<byte[]>> together = threads.invokeAll(tasks);
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).get()).isEqualTo(alone.get(i % alone.size()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static float[] ramp(PictureShape shape) {
        float[] values = new float[shape.values()];
        for (int i = 0; i < values.length; i++) {
            values[i] = -1.1f + 2.2f * i / (values.length - 1);
        }
        return values;
    }
}
