package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.PictureMosaic;
import dev.glimpse.image.PictureShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

class KittyCanvasTest {
    private static final ScreenSize SCREEN = new ScreenSize(42, 80);

    private static final Pattern COMMAND = Pattern.compile("\033_G([^;]*);([^\033]*)\033\\\\");

    /** An image as the terminal is sent it: the keys of its first command, and its bytes. */
    private record Sent(Map<String, String> keys, List<String> chunks, byte[] rgb) {
        static Sent of(String frame) throws IOException {
            List<MatchResult> commands = COMMAND.matcher(frame).results().toList();
            List<String> chunks =
                    commands.stream().map(command -> command.group(2)).toList();
            for (int i = 0; i < commands.size(); i++) {
                assertThat(commands.get(i).group(1)).endsWith(i < commands.size() - 1 ? "m=1" : "m=0");
            }
            byte[] packed = Base64.getDecoder().decode(String.join("", chunks));
            Map<String, String> keys = Arrays.stream(commands.get(0).group(1).split(","))
                    .map(key -> key.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
            return new Sent(keys, chunks, new InflaterInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        }
    }

    @Test
    void theImageHoldsThePicturesEnlargedAndSideBySide() throws Exception {
        PictureShape shape = new PictureShape(3, 8, 8);
        byte[] first = noise(shape, 1);
        byte[] second = noise(shape, 2);
        KittyCanvas canvas = new KittyCanvas(shape, SCREEN);
        canvas.put(0, noise(shape, 3));
        canvas.put(1, second);
        canvas.put(0, first);

        Sent sent = Sent.of(canvas.frame());

        PictureMosaic mosaic = PictureMosaic.ofSide(shape, 4, 128, 8);
        assertThat(sent.rgb()).isEqualTo(mosaic.pixels(List.of(first, second)));
        assertThat(sent.keys())
                .containsEntry("a", "T")
                .containsEntry("f", "24")
                .containsEntry("s", String.valueOf(mosaic.whole(2).width()))
                .containsEntry("v", String.valueOf(mosaic.whole(2).height()));
    }

    @Test
    void greyIsSentAsColour() throws Exception {
        PictureShape shape = new PictureShape(1, 128, 128);
        byte[] picture = noise(shape, 1);
        KittyCanvas canvas = new KittyCanvas(shape, SCREEN);
        canvas.put(0, picture);

        byte[] rgb = Sent.of(canvas.frame()).rgb();

        assertThat(rgb).hasSize(3 * picture.length);
        for (int i = 0; i < rgb.length; i++) {
            assertThat(rgb[i]).isEqualTo(picture[i / 3]);
        }
    }

    @Test
    void noPieceIsLongerThanTheProtocolTakes() throws Exception {
        PictureShape shape = new PictureShape(3, 128, 128);
        KittyCanvas canvas = new KittyCanvas(shape, SCREEN);
        canvas.put(0, noise(shape, 1));

        assertThat(Sent.of(canvas.frame()).chunks()).hasSizeGreaterThan(1).allMatch(chunk -> chunk.length() <= 4096);
    }

    @Test
    void theNextFrameReplacesTheImageInTheSameLines() throws Exception {
        PictureShape shape = new PictureShape(1, 28, 28);
        KittyCanvas canvas = new KittyCanvas(shape, SCREEN);
        canvas.put(0, noise(shape, 1));
        String first = canvas.frame();
        canvas.put(0, noise(shape, 2));
        String second = canvas.frame();

        assertThat(Sent.of(second).keys()).isEqualTo(Sent.of(first).keys());
        assertThat(Sent.of(second).rgb()).isNotEqualTo(Sent.of(first).rgb());
        assertThat(canvas.height())
                .isEqualTo(Integer.parseInt(Sent.of(first).keys().get("r")));
        assertThat(second).endsWith("\033[" + canvas.height() + "B\r");
    }

    @Test
    void anEmptyCanvasSendsNothing() {
        KittyCanvas canvas = new KittyCanvas(new PictureShape(1, 28, 28), SCREEN);

        assertThat(canvas.frame()).isEmpty();
        assertThat(canvas.height()).isZero();
    }

    private static byte[] noise(PictureShape shape, long seed) {
        byte[] pixels = new byte[shape.values()];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }
}
