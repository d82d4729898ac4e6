package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ExitCode;

/** What a process that draws pictures leaves behind when it is told to end. */
class SampleInterruptionTest {
    private static final int COUNT = 1_000_000;
    private static final int ROWS = 12;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path directory;

    @Test
    @Timeout(180)
    void whatIsDrawnIsKeptAndNothingIsBegun() throws Exception {
        Path out = directory.resolve("grid.png");
        assertThat(terminated(out, () -> assertThat(out).doesNotExist())).isEqualTo(TERMINATED);
        Path each = directory.resolve("each");
        int drawn = pictures(each).size();
        assertThat(drawn % ROWS).isZero();
        assertThat(drawn).isBetween(2 * ROWS, COUNT - 1);
        assertThat(err().lines())
                .containsExactly(
                        "SIGTERM: stopping soon, with the pictures that are drawn; once more ends it at once",
                        "stopped: " + drawn + " of " + COUNT + " pictures are drawn");
        for (String name : pictures(each)) {
            assertThat(ImageIO.read(new File(each.toFile(), name)).getWidth()).isEqualTo(8);
        }
        BufferedImage grid = ImageIO.read(out.toFile());
        int columns = (int) Math.ceil(Math.sqrt(drawn));
        assertThat(grid.getWidth()).isEqualTo(columns * 8 + (columns + 1) * 2);
    }

    @Test
    @Timeout(180)
    void whatCannotBeKeptIsTold() throws Exception {
        Path out = directory.resolve("grid.png");
        int status = terminated(out, () -> Files.createDirectories(out.resolve("of another")));

        assertThat(status).isEqualTo(ExitCode.SOFTWARE);
        assertThat(err().lines())
                .hasSize(2)
                .last()
                .asString()
                .isEqualTo("glimpse sample: IOException: " + out
                        + " cannot be written: Is a directory (--verbose shows where)");
    }

    private interface Change {
        void make() throws IOException;
    }

    /** The exit status of a process that was told to end when it had drawn pictures and something had changed. */
    private int terminated(Path out, Change change) throws Exception {
        Path model = TinyModel.write(directory.resolve("tiny/1"));
        Path each = Files.createDirectory(directory.resolve("each"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "sample",
                        "--model=" + model,
                        "--count=" + COUNT,
                        "--steps=2",
                        "--each=" + each,
                        "--out=" + out)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
        try {
            while (pictures(each).size() < 2 * ROWS) {
                assertThat(process.waitFor(50, TimeUnit.MILLISECONDS)).as(err()).isFalse();
            }
            change.make();
            process.destroy();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err.txt"));
    }

    private static List<String> pictures(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
