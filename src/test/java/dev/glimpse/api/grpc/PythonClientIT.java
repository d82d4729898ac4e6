package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Step;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python client of the README, run as it is written there. */
class PythonClientIT {
    private static final Path SOURCES = Path.of("src", "test", "python").toAbsolutePath();
    private static final Path VENV = Path.of("target", "python").toAbsolutePath();

    private static Program server;

    @BeforeAll
    static void installThePackages(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log");
        install(log, List.of("python3", "-m", "venv", VENV.toString()));
        install(
                log,
                python(
                        "-m",
                        "pip",
                        "install",
                        "-q",
                        "-r",
                        SOURCES.resolve("requirements.txt").toString()));
    }

    @BeforeAll
    static void startTheServer(@TempDir Path directory) throws Exception {
        server = Program.server(directory);
    }

    @AfterAll
    static void stopTheServer() {
        server.close();
    }

    @Test
    void everyFrameIsSavedAsAPictureAndPrinted(@TempDir Path directory) throws Exception {
        Run run = generate(directory, "--label", "Bag", "--steps", "3", "--seed", "5");

        assertThat(run.exitStatus()).as(run.output()).isZero();
        assertThat(run.output().lines())
                .startsWith("model fashion-mnist, seed 5")
                .anyMatch(line -> line.startsWith("step 1: t = 80, ") && line.endsWith("0-1.png"))
                .anyMatch(line -> line.startsWith("step 3: ") && line.endsWith("0-final.png"))
                .last()
                .asString()
                .startsWith("finished after ");
        assertThat(files(directory.resolve("frames"))).contains("0-1.png", "0-final.png");
        BufferedImage picture =
                ImageIO.read(directory.resolve("frames/0-final.png").toFile());
        assertThat(picture.getWidth()).isEqualTo(28);
    }

    @Test
    void pythonSeesTheFramesThatEveryClientSees(@TempDir Path directory) throws Exception {
        generate(directory, "--label", "Bag", "--steps", "3", "--seed", "5");
        GenerateRequest same = GenerateRequest.newBuilder()
                .setClassName("Bag")
                .setSteps(3)
                .setSeed(5)
                .build();
        List<Step> steps;
        try (WireClient client = new WireClient(server.port())) {
            steps = client.generate(same).messages().stream()
                    .filter(GenerateEvent::hasStep)
                    .map(GenerateEvent::getStep)
                    .toList();
        }
        assertSaved(directory.resolve("frames/0-1.png"), steps.get(0));
        Step last = steps.get(steps.size() - 1);
        assertThat(last.getLast()).isTrue();
        assertSaved(directory.resolve("frames/0-final.png"), last);
    }

    private static void assertSaved(Path file, Step step) throws IOException {
        assertThat(Files.readAllBytes(file)).isEqualTo(step.getImage().toByteArray());
    }

    @Test
    void aWrongFieldIsOneLineWithItsDetails(@TempDir Path directory) throws Exception {
        Run run = generate(directory, "--steps", "0");

        assertThat(run.exitStatus()).isEqualTo(1);
        assertThat(run.output().strip())
                .isEqualTo("INVALID_ARGUMENT: steps: 0 (expected: at least 1) ['BadRequest', 'ErrorInfo']");
    }

    /** What a process printed, standard error included, and how it ended. */
    private record Run(int exitStatus, String output) {}

    private static Run generate(Path directory, String... options) throws Exception {
        List<String> command = python(SOURCES.resolve("generate.py").toString());
        command.addAll(List.of(
                "--target",
                "127.0.0.1:" + server.port(),
                "--out",
                directory.resolve("frames").toString()));
        command.addAll(List.of(options));
        return start(directory.resolve("log"), command);
    }

    private static void install(Path log, List<String> command) throws Exception {
        Run run = start(log, command);
        assertThat(run.exitStatus()).as(run.output()).isZero();
    }

    private static Run start(Path log, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(log));
    }

    private static List<String> python(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(VENV.resolve("bin/python").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
