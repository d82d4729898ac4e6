package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.math.NoiseStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownPartTest {
    private static final int CHANNELS = 2;
    private static final int SIDE = 2;

    @ParameterizedTest
    @CsvSource({"4, 8", "8, 4", "2, 6"})
    void blocksOfAPictureThatIsNotSquareKeepTheirMeans(int height, int width) {
        KnownPart part = new KnownPart.BlockMeans(height, width, SIDE);
        float[] reference = new float[CHANNELS * height * width];
        for (int i = 0; i < reference.length; i++) {
            reference[i] = (float) i / reference.length - 0.5f;
        }
        float[] expected = means(reference, height, width);
        float[] picture = new float[reference.length];
        NoiseStream.initial(picture, 1, 31, 0);

        part.replace(picture, reference);
        assertThat(means(picture, height, width)).containsExactly(expected, within(1e-6f));
        part.fit(picture, reference);
        assertThat(means(picture, height, width)).containsExactly(expected, within(1e-6f));
        for (float value : picture) {
            assertThat(value).isBetween(-1f, 1f);
        }
    }

    /** Of the blocks of all channels, row by row. */
    private static float[] means(float[] picture, int height, int width) {
        float[] means = new float[picture.length / (SIDE * SIDE)];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int block = (channel * height + y) / SIDE * (width / SIDE) + x / SIDE;
                    means[block] += picture[(channel * height + y) * width + x] / (SIDE * SIDE);
                }
            }
        }
        return means;
    }
}
