package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.grpc.DoorServer;
import dev.glimpse.api.grpc.PlayedGenerator;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.math.Sampler;
import dev.glimpse.testing.TestCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GenerateCommandTest {
    private record Run(int exitStatus, String out, String err) {}

    @Test
    void everyFrameIsSavedUnderItsSampleAndStep(@TempDir Path directory) throws Exception {
        Path frames = directory.resolve("new/frames");

        Run run = run(PlayedGenerator.playing(), "--count=2", "--steps=2", "--out=" + frames);

        assertThat(run.exitStatus()).as(run.err()).isZero();
        assertThat(files(frames)).containsExactly("0-1.png", "0-final.png", "1-1.png", "1-final.png");
        assertThat(ImageIO.read(frames.resolve("1-final.png").toFile()).getWidth())
                .isEqualTo(28);
    }

    @Test
    void everyOptionReachesTheServer() throws Exception {
        PlayedGenerator generator = PlayedGenerator.playing();

        Run run = run(
                generator,
                "--model=wardrobe",
                "--label=1",
                "--steps=3",
                "--gamma=0.25",
                "--sampler=gamma",
                "--seed=18446744073709551615",
                "--count=2",
                "--preview=state");

        assertThat(run.exitStatus()).as(run.err()).isZero();
        GenerationRequest request = generator.requests().take();
        assertThat(request.model()).isEqualTo("wardrobe");
        assertThat(request.label()).contains(new ClassLabel.Index(1));
        assertThat(request.plan().steps()).isEqualTo(3);
        assertThat(request.plan().gamma()).hasValue(0.25);
        assertThat(request.plan().sampler()).contains(Sampler.GAMMA);
        assertThat(request.seed()).hasValue(-1);
        assertThat(request.count()).isEqualTo(2);
        assertThat(request.preview()).isEqualTo(PreviewKind.STATE);
    }

    @Test
    void aStepIsALineWithItsProgress() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--steps=2", "--label=Bag", "--seed=7");

        assertThat(run.out().lines())
                .containsExactly(
                        "model wardrobe/1, seed 7, 2 steps: Bag",
                        "sample 0  step 1/2  t 80.0  1 NFE  3 rows in 2.0 ms  5.0 ms",
                        "sample 0  step 2/2  t 40.0  2 NFE  3 rows in 2.0 ms  10.0 ms",
                        "finished after 2 NFE in 10.0 ms, 0 previews skipped");
    }

    @Test
    void jsonIsOneObjectForEachEvent() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--steps=1", "--json");

        List<JsonObject> events = run.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(events)
                .extracting(event -> event.get("event").getAsString())
                .containsExactly("accepted", "step", "finished");
        assertThat(events.get(0).get("seed").getAsString()).isEqualTo("7");
        assertThat(events.get(1).get("last").getAsBoolean()).isTrue();
    }

    @Test
    void drawnPicturesAreRedrawnInPlace() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--steps=2", "--draw=blocks");

        assertThat(run.out()).contains("▀", "\033[15A\r").doesNotContain("\033[16A");
    }

    @Test
    void aWrongFieldIsTheServersLineOfTheOptionAndStatusTwo() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--steps=0");

        assertThat(run.err()).isEqualToIgnoringNewLines("generate: --steps: 0 (expected: at least 1)");
        assertThat(run.exitStatus()).isEqualTo(2);
    }

    @Test
    void anUnknownModelIsTheServersLineAndStatusTwo() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--model=cats");

        assertThat(run.err()).isEqualToIgnoringNewLines("generate: --model: cats (expected: one of wardrobe/1)");
        assertThat(run.exitStatus()).isEqualTo(2);
    }

    @Test
    void nothingThatAServerSaysSteersTheTerminal() throws Exception {
        Run run = run(PlayedGenerator.playing(), "--model=\033[2J");

        assertThat(run.err()).isEqualToIgnoringNewLines("generate: --model: ?[2J (expected: one of wardrobe/1)");
    }

    @Test
    void aFailureMidwayIsTheServersLineAndStatusOne() throws Exception {
        Run run = run(
                new PlayedGenerator(stream -> stream.emit(PlayedGenerator.step(0, 1, false))
                        .emit(new GenerationEvent.Failed(new Failure.Overloaded(Duration.ofMillis(20))))),
                "--retries=0");

        assertThat(run.err()).isEqualToIgnoringNewLines("generate: the queue is full; try again in 20 ms");
        assertThat(run.exitStatus()).isEqualTo(1);
    }

    @Test
    void aServerThatIsNotThereIsOneLineAndStatusOne() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        Run run = execute("--target=127.0.0.1:" + port);

        String address = "127.0.0.1:" + port;
        assertThat(run.err())
                .isEqualToIgnoringNewLines("generate: no answer from " + address + ": Connection refused: /" + address);
        assertThat(run.exitStatus()).isEqualTo(1);
    }

    @Test
    void aTargetWithoutAPortIsRefusedBeforeAnythingIsSent() {
        CommandLineRun run = CommandLineRun.of("generate", "--target=localhost");

        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse generate: --target: localhost (expected: HOST:PORT)");
        assertThat(run.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--key-file=binary|--key-file: %s (expected: a key in its first line)",
                "--key-file=none|--key-file: %s (expected: a readable file)",
                "--ca=text|--ca: %s (expected: a readable PEM file)",
                "--ca=broken|--ca: %s (expected: a PEM file of certificates)",
                "--ca=none|--ca: %s (expected: a readable PEM file)",
                "--certificate=broken|--private-key: absent (expected: a file, as --certificate and --private-key belong together)",
                "--private-key=broken|--certificate: absent (expected: a file, as --certificate and --private-key belong together)",
            })
    void aFileOfAnotherKindIsRefusedBeforeAnythingIsSent(String option, String message, @TempDir Path directory)
            throws Exception {
        Files.write(directory.resolve("binary"), new byte[] {127, 'E', 'L', 'F', (byte) 0xff, '\n'});
        Files.writeString(directory.resolve("text"), "root:x:0:0");
        Files.writeString(
                directory.resolve("broken"), "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
        Path file = directory.resolve(option.substring(option.indexOf('=') + 1));
        CommandLineRun run = CommandLineRun.of("generate", option.substring(0, option.indexOf('=')), file.toString());

        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse generate: " + message.replace("%s", file.toString()));
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedBeforeAnythingIsSent(@TempDir Path directory) throws Exception {
        TestCertificate one = TestCertificate.make(directory);
        Path certificate = Files.writeString(directory.resolve("certificate.pem"), one.certificate());
        Path key = Files.writeString(
                directory.resolve("key.pem"), TestCertificate.make(directory).privateKey());

        CommandLineRun other = CommandLineRun.of("generate", "--certificate=" + certificate, "--private-key=" + key);
        CommandLineRun none = CommandLineRun.of("generate", "--certificate=" + key, "--private-key=" + certificate);

        assertThat(other.err())
                .isEqualToIgnoringNewLines("glimpse generate: --private-key: " + key
                        + " (expected: the key of the first certificate in --certificate)");
        assertThat(other.status()).isEqualTo(2);
        assertThat(none.err())
                .isEqualToIgnoringNewLines(
                        "glimpse generate: --certificate: " + key + " (expected: a PEM file of certificates)");
    }

    @Test
    void endingTheProcessCancelsTheCall() throws Exception {
        PlayedGenerator generator = new PlayedGenerator(stream -> {});
        try (DoorServer server = new DoorServer(generator)) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Alone.class.getName(),
                            "--target=127.0.0.1:" + server.port())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                ScriptedStream stream = generator.streams().poll(60, TimeUnit.SECONDS);
                assertThat(stream).isNotNull();

                process.destroy();

                assertThat(stream.cancelled()).succeedsWithin(Duration.ofSeconds(30));
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** As behind 'head': the server would go on evaluating for a reader who has left. */
    @ParameterizedTest
    @ValueSource(strings = {"--json", "--draw=none", "--draw=blocks"})
    void whereNobodyCanReadMoreTheCallIsCancelled(String option) throws Exception {
        PlayedGenerator generator = new PlayedGenerator(stream -> stream.emit(PlayedGenerator.step(0, 1, false)));
        StringWriter err = new StringWriter();
        try (DoorServer server = new DoorServer(generator)) {
            String[] arguments = {"generate", "--target=127.0.0.1:" + server.port(), "--retries=0", option};
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                    () -> Main.execute(arguments, Map.of(), new PrintWriter(new FullOutput()), new PrintWriter(err)));

            ScriptedStream stream = generator.streams().poll(60, TimeUnit.SECONDS);

            assertThat(stream).isNotNull();
            assertThat(stream.cancelled()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(status).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1);
        }
        assertThat(err.toString())
                .contains("standard output cannot be written, and nobody would read more of it")
                .hasLineCount(1);
    }

    @Test
    void whatIsSavedIsSavedThoughNobodyReads(@TempDir Path directory) throws Exception {
        Path frames = directory.resolve("frames");
        try (DoorServer server = new DoorServer(PlayedGenerator.playing())) {
            String[] arguments = {
                "generate", "--target=127.0.0.1:" + server.port(), "--steps=2", "--json", "--out=" + frames
            };
            int status = Main.execute(
                    arguments, Map.of(), new PrintWriter(new FullOutput()), new PrintWriter(new StringWriter()));

            assertThat(status).isEqualTo(1);
        }
        assertThat(files(frames)).containsExactly("0-1.png", "0-final.png");
    }

    /** The command as a process of its own. */
    static final class Alone {
        private Alone() {}

        public static void main(String[] args) {
            System.exit(new CommandLine(new GenerateCommand(Map.of())).execute(args));
        }
    }

    private static Run run(PlayedGenerator generator, String... options) throws Exception {
        try (DoorServer server = new DoorServer(generator)) {
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.add("--target=127.0.0.1:" + server.port());
            return execute(arguments.toArray(String[]::new));
        }
    }

    private static Run execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitStatus = new CommandLine(new GenerateCommand(Map.of()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Run(exitStatus, out.toString(), err.toString());
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
