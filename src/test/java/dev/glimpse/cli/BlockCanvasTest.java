package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.PictureShape;
import org.junit.jupiter.api.Test;

class BlockCanvasTest {
    private static final ScreenSize SCREEN = new ScreenSize(42, 80);

    @Test
    void aCharacterShowsTwoPixelsOneAboveTheOther() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 2, 1), SCREEN);
        canvas.put(0, new byte[] {10, (byte) 200});

        assertThat(canvas.rows()).containsExactly("\033[38;2;10;10;10m\033[48;2;200;200;200m▀\033[0m");
    }

    @Test
    void coloursAreThoseOfThePicture() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(3, 2, 1), SCREEN);
        canvas.put(0, new byte[] {1, 2, 3, (byte) 240, (byte) 224, (byte) 208});

        assertThat(canvas.rows()).containsExactly("\033[38;2;1;2;3m\033[48;2;240;224;208m▀\033[0m");
    }

    @Test
    void aPictureThatHasNotComeYetLeavesItsPlaceEmpty() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 2, 1), SCREEN);
        canvas.put(1, new byte[2]);

        assertThat(canvas.rows()).singleElement().asString().startsWith("   \033[38");
    }

    @Test
    void picturesStandSideBySideAsFarAsTheTerminalReaches() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 28, 28), SCREEN);
        canvas.put(0, new byte[28 * 28]);
        canvas.put(1, new byte[28 * 28]);
        assertThat(canvas.rows()).hasSize(14);

        canvas.put(2, new byte[28 * 28]);
        assertThat(canvas.rows()).hasSize(28);
    }

    @Test
    void aPictureWiderThanTheTerminalLosesPixels() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 256, 256), SCREEN);
        canvas.put(0, new byte[256 * 256]);

        assertThat(canvas.rows())
                .hasSize(32)
                .allMatch(row -> row.chars().filter(c -> c == '▀').count() == 64);
    }

    @Test
    void picturesBeyondAScreenAreNotDrawn() {
        BlockCanvas canvas = new BlockCanvas(new PictureShape(1, 28, 28), SCREEN);
        for (int sample = 0; sample < 64; sample++) {
            canvas.put(sample, new byte[28 * 28]);
        }

        assertThat(canvas.rows()).hasSize(42);
    }
}
