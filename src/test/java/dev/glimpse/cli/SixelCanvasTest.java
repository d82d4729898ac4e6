package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.PictureMosaic;
import dev.glimpse.image.PictureShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SixelCanvasTest {
    private static final ScreenSize SCREEN = new ScreenSize(42, 80);

    private static final Pattern GRAPHICS = Pattern.compile("\033P0;1;0q\"1;1;(\\d+);(\\d+)([^\033]*)\033\\\\");
    private static final Pattern TOKEN =
            Pattern.compile("#(\\d+);2;(\\d+);(\\d+);(\\d+)|#(\\d+)|!(\\d+)([?-~])|([?-~])|([$-])");
    private static final int UNSET = -1;

    /** What a terminal paints: each pixel's three percentages, red x 10^6 + green x 10^3 + blue. */
    private record Painted(int width, int height, int[] percents) {
        static Painted of(String frame) {
            Matcher graphics = GRAPHICS.matcher(frame);
            assertThat(graphics.find()).isTrue();
            int width = Integer.parseInt(graphics.group(1));
            int height = Integer.parseInt(graphics.group(2));
            int[] percents = new int[width * height];
            Arrays.fill(percents, UNSET);
            Map<String, Integer> palette = new HashMap<>();
            int colour = UNSET;
            int x = 0;
            int top = 0;
            int end = 0;
            for (Matcher token = TOKEN.matcher(graphics.group(3)); token.find(); end = token.end()) {
                assertThat(token.start()).as("nothing between tokens").isEqualTo(end);
                if (token.group(1) != null) {
                    palette.put(token.group(1), rgb(token));
                } else if (token.group(5) != null) {
                    colour = palette.get(token.group(5));
                } else if (token.group(9) != null) {
                    x = 0;
                    top += token.group(9).equals("-") ? 6 : 0;
                } else {
                    int times = token.group(6) == null ? 1 : Integer.parseInt(token.group(6));
                    int sixel = (token.group(6) == null ? token.group(8) : token.group(7)).charAt(0) - '?';
                    for (int i = 0; i < times; i++, x++) {
                        for (int bit = 0; bit < 6; bit++) {
                            if ((sixel >> bit & 1) == 1) {
                                percents[(top + bit) * width + x] = colour;
                            }
                        }
                    }
                }
            }
            assertThat(end).isEqualTo(graphics.group(3).length());
            return new Painted(width, height, percents);
        }

        private static int rgb(Matcher token) {
            return (Integer.parseInt(token.group(2)) * 1000 + Integer.parseInt(token.group(3))) * 1000
                    + Integer.parseInt(token.group(4));
        }

        /** A channel of a pixel, 0..255. */
        double level(int pixel, int channel) {
            int divisor = new int[] {1_000_000, 1_000, 1}[channel];
            return percents[pixel] / divisor % 1000 * 255 / 100.0;
        }
    }

    @Test
    void everyPixelOfGreyPicturesIsPaintedNearItsLevel() {
        PictureShape shape = new PictureShape(1, 16, 16);
        byte[] picture = new byte[shape.values()];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (byte) i;
        }

        // 64 greys are 4 levels apart, and percentages round by 1.3 levels more.
        paints(shape, List.of(picture), 255.0 / 63 / 2 + 255.0 / 200);
    }

    @Test
    void everyPixelOfColourPicturesIsPaintedNearItsColour() {
        PictureShape shape = new PictureShape(3, 5, 7);
        byte[] first = new byte[shape.values()];
        byte[] second = new byte[shape.values()];
        new Random(1).nextBytes(first);
        new Random(2).nextBytes(second);

        // 5 levels a channel.
        paints(shape, List.of(first, second), 255.0 / 4 / 2 + 255.0 / 200);
    }

    @Test
    void theCursorComesBackToAKeptPlaceAndGoesBelowThePictures() {
        SixelCanvas canvas = new SixelCanvas(new PictureShape(1, 28, 28), SCREEN);
        canvas.put(0, new byte[28 * 28]);
        int height = canvas.height();

        assertThat(canvas.frame())
                .startsWith("\n".repeat(height) + "\033[" + height + "A\r\0337\033P")
                .endsWith("\033\\\0338\033[" + height + "B\r");
    }

    @Test
    void anEmptyCanvasSendsNothing() {
        SixelCanvas canvas = new SixelCanvas(new PictureShape(1, 28, 28), SCREEN);

        assertThat(canvas.frame()).isEmpty();
        assertThat(canvas.height()).isZero();
    }

    private static void paints(PictureShape shape, List<byte[]> pictures, double atMost) {
        SixelCanvas canvas = new SixelCanvas(shape, SCREEN);
        for (int sample = 0; sample < pictures.size(); sample++) {
            canvas.put(sample, pictures.get(sample));
        }
        Painted painted = Painted.of(canvas.frame());
        PictureMosaic mosaic = PictureMosaic.ofSide(shape, 4, 128, 8);
        byte[] expected = mosaic.pixels(pictures);
        assertThat(new PictureShape(shape.channels(), painted.height(), painted.width()))
                .isEqualTo(mosaic.whole(pictures.size()));
        assertThat(painted.percents()).doesNotContain(UNSET);
        double worst = 0;
        for (int i = 0; i < painted.percents().length; i++) {
            for (int channel = 0; channel < 3; channel++) {
                int wanted = expected[i * shape.channels() + (shape.channels() == 3 ? channel : 0)] & 0xFF;
                worst = Math.max(worst, Math.abs(painted.level(i, channel) - wanted));
            }
        }
        assertThat(worst).isLessThanOrEqualTo(atMost);
    }
}
