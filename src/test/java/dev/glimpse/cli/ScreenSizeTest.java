package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.PictureShape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScreenSizeTest {
    @ParameterizedTest
    @CsvSource({"24 80, 22, 80", "50 132, 48, 132", "2 10, 1, 10", "'', 22, 80", "0 0, 22, 80", "many, 22, 80"})
    void twoLinesAreForWhatStandsBelow(String text, int lines, int columns) {
        assertThat(ScreenSize.of(text)).isEqualTo(new ScreenSize(lines, columns));
    }

    static Stream<Arguments> drawings() {
        return Stream.of("24 80", "50 132", "16 40", "24 20")
                .flatMap(size -> Stream.of(Drawing.blocks, Drawing.kitty, Drawing.sixel)
                        .map(drawing -> Arguments.of(drawing, size)));
    }

    /** Or what has left the screen would stay where it is, and be drawn once more below. */
    @ParameterizedTest
    @MethodSource("drawings")
    void drawingTakesNoMoreThanTheScreenHas(Drawing drawing, String size) {
        ScreenSize screen = ScreenSize.of(size);
        for (PictureShape shape : List.of(new PictureShape(1, 28, 28), new PictureShape(3, 64, 64))) {
            TerminalCanvas canvas = drawing.canvas(shape, screen);
            for (int sample = 0; sample < 40; sample++) {
                canvas.put(sample, new byte[shape.values()]);
            }
            assertThat(canvas.height()).isBetween(1, screen.lines());
            assertThat(new BlockCanvas(shape, screen).frame().lines())
                    .allMatch(line -> line.chars().filter(c -> c == '\u2580').count() <= screen.columns());
        }
    }

    @Test
    void pictureThatIsHigherThanTheScreenLosesPixels() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 64, 64), ScreenSize.of("24 80"));
        canvas.put(0, new byte[64 * 64]);
        assertThat(canvas.rows()).hasSize(16);
    }
}
