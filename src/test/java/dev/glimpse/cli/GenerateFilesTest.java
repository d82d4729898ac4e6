package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.grpc.DoorServer;
import dev.glimpse.api.grpc.PlayedGenerator;
import dev.glimpse.image.PictureShape;
import dev.glimpse.image.PngReader;
import dev.glimpse.testing.NpzArrays;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of all pictures that the terminal client leaves. */
class GenerateFilesTest {
    private static final int WIDTH = PlayedGenerator.MODEL.width();
    private static final int HEIGHT = PlayedGenerator.MODEL.height();
    private static final PngReader READER = new PngReader(new PictureShape(1, HEIGHT, WIDTH));

    @TempDir
    Path directory;

    @Test
    void theAnimationHasAFrameForEachStepWithAllPictures() throws Exception {
        Path gif = directory.resolve("new/refinement.gif");
        Path frames = directory.resolve("frames");

        CommandLineRun run = run("--count=2", "--steps=3", "--gif=" + gif, "--out=" + frames);

        assertThat(run.status()).as(run.err()).isZero();
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (FileImageInputStream in = new FileImageInputStream(gif.toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(3);
            for (int step = 1; step <= 3; step++) {
                var image = reader.read(step - 1);
                int scale = image.getHeight() / HEIGHT;
                int second = image.getWidth() - scale * WIDTH;
                for (int sample = 0; sample < 2; sample++) {
                    String name = sample + "-" + (step == 3 ? "final" : step) + ".png";
                    byte[] pixels = READER.read(Files.readAllBytes(frames.resolve(name)));
                    for (int i = 0; i < pixels.length; i++) {
                        int x = sample * second + scale * (i % WIDTH);
                        int y = scale * (i / WIDTH);
                        assertThat((byte) image.getRGB(x, y)).isEqualTo(pixels[i]);
                    }
                }
            }
        }
    }

    @Test
    void theArchiveHoldsTheFinalPicturesAndTheirClasses() throws Exception {
        Path npz = directory.resolve("finals.npz");
        Path frames = directory.resolve("frames");

        CommandLineRun run = run("--count=2", "--steps=2", "--label=Bag", "--npz=" + npz, "--out=" + frames);

        assertThat(run.status()).as(run.err()).isZero();
        Map<String, NpzArrays.Array> arrays = NpzArrays.read(Files.readAllBytes(npz));
        ByteBuffer pictures = ByteBuffer.allocate(2 * HEIGHT * WIDTH)
                .put(READER.read(Files.readAllBytes(frames.resolve("0-final.png"))))
                .put(READER.read(Files.readAllBytes(frames.resolve("1-final.png"))));
        assertThat(arrays.get("arr_0").extent()).isEqualTo("2, " + HEIGHT + ", " + WIDTH + ", 1");
        assertThat(arrays.get("arr_0").values()).isEqualTo(pictures.array());
        ByteBuffer labels = ByteBuffer.wrap(arrays.get("arr_1").values()).order(ByteOrder.LITTLE_ENDIAN);
        int bag = PlayedGenerator.MODEL.labels().indexOf("Bag");
        assertThat(new long[] {labels.getLong(), labels.getLong()}).containsExactly(bag, bag);
    }

    @Test
    void everyWayToDrawShowsEachStepAndTheEnd() throws Exception {
        for (String drawing : new String[] {"blocks", "kitty", "sixel", "none"}) {
            CommandLineRun run = run("--steps=2", "--draw=" + drawing);

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("step 1/2", "step 2/2", "finished after 2 NFE");
            assertThat(run.out().contains("▀")).isEqualTo(drawing.equals("blocks"));
            assertThat(run.out().contains("\033_G")).isEqualTo(drawing.equals("kitty"));
            assertThat(run.out().contains("\033P")).isEqualTo(drawing.equals("sixel"));
            assertThat(run.out().contains("\033")).isEqualTo(!drawing.equals("none"));
        }
    }

    @Test
    void aPlaceThatCannotBeMadeIsRefusedBeforeAnythingIsAsked() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        PlayedGenerator generator = PlayedGenerator.playing();
        try (DoorServer server = new DoorServer(generator)) {
            Path gif = file.resolve("a.gif");

            CommandLineRun run = CommandLineRun.of("generate", "--target=127.0.0.1:" + server.port(), "--gif=" + gif);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("--gif: " + gif + " (expected: a place that can be written)");
            assertThat(generator.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--gif", "--npz"})
    void aDirectoryInPlaceOfAFileIsRefusedBeforeAnythingIsAsked(String option) throws Exception {
        PlayedGenerator generator = PlayedGenerator.playing();
        try (DoorServer server = new DoorServer(generator)) {
            CommandLineRun run =
                    CommandLineRun.of("generate", "--target=127.0.0.1:" + server.port(), option, directory.toString());

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains(option + ": " + directory + " (expected: a file that can be written)");
            assertThat(generator.requests()).isEmpty();
        }
    }

    @Test
    void aFullDiskIsToldByTheNameOfTheFile() throws Exception {
        Path full = Path.of("/dev/full");
        Path frame = Files.createSymbolicLink(directory.resolve("0-1.png"), full);

        for (String[] options : new String[][] {
            {"--npz=" + full, full.toString()},
            {"--gif=" + full, full.toString()},
            {"--out=" + directory, frame.toString()}
        }) {
            CommandLineRun run = run("--steps=2", options[0]);

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains(options[1] + " cannot be written: No space left on device");
        }
        Files.delete(frame);
    }

    private static CommandLineRun run(String... options) throws Exception {
        try (DoorServer server = new DoorServer(PlayedGenerator.playing())) {
            String[] arguments = new String[options.length + 2];
            arguments[0] = "generate";
            arguments[1] = "--target=127.0.0.1:" + server.port();
            System.arraycopy(options, 0, arguments, 2, options.length);
            return CommandLineRun.of(arguments);
        }
    }
}
