package dev.glimpse.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureGridTest {
    @Test
    void picturesFillRowsFromTheTopLeft() {
        PictureShape shape = new PictureShape(1, 2, 3);
        DecodedPng png = DecodedPng.of(new PictureGrid(shape, 2, 1).png(pictures(shape, 3)));
        for (int i = 0; i < 3; i++) {
            int left = 1 + i % 2 * 4;
            int top = 1 + i / 2 * 3;
            for (int y = 0; y < 2; y++) {
                for (int x = 0; x < 3; x++) {
                    assertThat(png.at(left + x, top + y, 0)).isEqualTo(10 * (i + 1));
                }
            }
        }
    }

    @Test
    void everythingThatIsNotAPictureIsWhite() {
        PictureShape shape = new PictureShape(3, 2, 3);
        DecodedPng png = DecodedPng.of(new PictureGrid(shape, 2, 1).png(pictures(shape, 3)));
        int white = 0;
        for (byte value : png.pixels()) {
            white += value == (byte) 255 ? 1 : 0;
        }
        assertThat(png.pixels()).hasSize(9 * 7 * 3);
        assertThat(white).isEqualTo(9 * 7 * 3 - 3 * shape.values());
    }

    @ParameterizedTest(name = "{0} pictures in {1} columns, padding {2}: {3} x {4}")
    @CsvSource({
        "1, 1, 0, 3, 2",
        "1, 8, 2, 7, 6",
        "8, 8, 0, 24, 2",
        "9, 8, 0, 24, 4",
        "9, 3, 1, 13, 10",
        "4, 1, 1, 5, 13"
    })
    void gridIsAsLargeAsItsCellsAndPadding(int count, int columns, int padding, int width, int height) {
        PictureShape shape = new PictureShape(1, 2, 3);
        DecodedPng png = DecodedPng.of(new PictureGrid(shape, columns, padding).png(pictures(shape, count)));
        assertThat(png.width()).isEqualTo(width);
        assertThat(png.height()).isEqualTo(height);
    }

    @Test
    void gridOfOneWithoutPaddingIsThePictureItself() {
        PictureShape shape = new PictureShape(3, 4, 5);
        float[] values = new float[shape.values()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        assertThat(new PictureGrid(shape, 1, 0).png(List.of(values)))
                .isEqualTo(new PictureEncoder(shape).encode(values, ImageFormat.PNG));
    }

    @Test
    void impossibleGridNamesTheValueAndWhatWasExpected() {
        PictureShape shape = new PictureShape(1, 2, 3);
        assertThatThrownBy(() -> new PictureGrid(shape, 0, 1)).hasMessage("columns: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new PictureGrid(shape, 1, -1)).hasMessage("padding: -1 (expected: at least 0)");
        assertThatThrownBy(() -> new PictureGrid(shape, 1, 0).png(List.of()))
                .hasMessage("pictures: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new PictureGrid(shape, 1, 0).png(List.of(new float[5])))
                .hasMessage("values: 5 (expected: 6 = 1 x 2 x 3)");
    }

    /** Picture i is all of the pixel 10 (i + 1). */
    private static List<float[]> pictures(PictureShape shape, int count) {
        List<float[]> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] values = new float[shape.values()];
            Arrays.fill(values, (float) ((10 * (i + 1) + 0.5) / 127.5 - 1));
            pictures.add(values);
        }
        return pictures;
    }
}
