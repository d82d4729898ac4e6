package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class BlockCanvasTest {
    @Test
    void aCharacterShowsTwoPixelsOneAboveTheOther() {
        BlockCanvas canvas = new BlockCanvas(1, 2);
        canvas.put(0, grey(1, 2, 10, 200));

        assertThat(canvas.rows()).containsExactly("\033[38;2;10;10;10m\033[48;2;200;200;200m▀\033[0m");
    }

    @Test
    void coloursAreThoseOfThePicture() {
        BufferedImage picture = new BufferedImage(1, 2, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, 0x010203);
        picture.setRGB(0, 1, 0xF0E0D0);
        BlockCanvas canvas = new BlockCanvas(1, 2);
        canvas.put(0, picture);

        assertThat(canvas.rows()).containsExactly("\033[38;2;1;2;3m\033[48;2;240;224;208m▀\033[0m");
    }

    @Test
    void aPictureThatHasNotComeYetLeavesItsPlaceEmpty() {
        BlockCanvas canvas = new BlockCanvas(1, 2);
        canvas.put(1, grey(1, 2, 0, 0));

        assertThat(canvas.rows()).singleElement().asString().startsWith("   \033[38");
    }

    @Test
    void picturesStandSideBySideAsFarAsTheTerminalReaches() {
        BlockCanvas canvas = new BlockCanvas(28, 28);
        canvas.put(0, grey(28, 28));
        canvas.put(1, grey(28, 28));
        assertThat(canvas.rows()).hasSize(14);

        canvas.put(2, grey(28, 28));
        assertThat(canvas.rows()).hasSize(28);
    }

    @Test
    void aPictureWiderThanTheTerminalLosesPixels() {
        BlockCanvas canvas = new BlockCanvas(256, 256);
        canvas.put(0, grey(256, 256));

        assertThat(canvas.rows())
                .hasSize(32)
                .allMatch(row -> row.chars().filter(c -> c == '▀').count() == 64);
    }

    @Test
    void picturesBeyondAScreenAreNotDrawn() {
        BlockCanvas canvas = new BlockCanvas(28, 28);
        for (int sample = 0; sample < 64; sample++) {
            canvas.put(sample, grey(28, 28));
        }

        assertThat(canvas.rows()).hasSize(42);
    }

    private static BufferedImage grey(int width, int height, int... values) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < values.length; i++) {
            picture.getRaster().setSample(i % width, i / width, 0, values[i]);
        }
        return picture;
    }
}
