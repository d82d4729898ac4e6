package dev.glimpse.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import dev.glimpse.testing.ReadmeClients;
import dev.glimpse.testing.ReadmeClients.Client;
import dev.glimpse.testing.ResettingProxy;
import dev.glimpse.testing.Shell;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The clients of the README that save frames, installed and run as it is written there, on the built server. */
class ReadmeClientsIT {
    /** Work that outlasts a fraction of a second on any machine. */
    private static final String LONG = "--steps 64 --count 16";

    /** The exit status of what SIGINT ended. */
    private static final int INTERRUPTED = 130;

    @TempDir
    private static Path directory;

    private static Program server;
    private static int port;

    static List<Client> clients() throws IOException {
        return ReadmeClients.all().stream()
                .filter(client -> client.run().contains("--out "))
                .toList();
    }

    @BeforeAll
    static void startTheServer() throws Exception {
        server = Program.server(directory);
        port = server.port();
        for (Client client : clients()) {
            deleteFrames(client.out());
            Shell.Run run = Shell.run(directory, client.script(port));
            assertThat(run.exitStatus()).as(run.output()).isZero();
        }
    }

    @AfterAll
    static void stopTheServer() {
        server.close();
    }

    @Test
    void pythonWithAndWithoutAsyncioNodeAndJavaAreThere() throws Exception {
        assertThat(clients().stream().map(Client::toString))
                .containsExactly(
                        "python clients/python/generate.py",
                        "python clients/python/generate_async.py",
                        "node clients/node/generate.js",
                        "java -jar clients/java/target/generate.jar");
    }

    @Test
    void theHeartOfThePythonClientsRunsAsItIsShown() throws Exception {
        Shell.Run run = Shell.run(directory, ReadmeClients.heart(port));

        assertThat(run.exitStatus()).as(run.output()).isZero();
        assertThat(run.output().lines())
                .allSatisfy(line -> assertThat(line).matches("0 [1-4] \\d+"))
                .last()
                .asString()
                .startsWith("0 4 ");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void savesAFrameAtOnceAndOneNearerToTheEndOfItsTrajectoryInTheEnd(Client client, @TempDir Path reference)
            throws Exception {
        assertThat(files(client.out())).contains("0-1.png", "0-final.png");
        generate(client, reference, "--steps", "64");
        BufferedImage end = ImageIO.read(reference.resolve("0-final.png").toFile());
        BufferedImage first = ImageIO.read(client.out().resolve("0-1.png").toFile());
        BufferedImage last = ImageIO.read(client.out().resolve("0-final.png").toFile());
        assertThat(distance(last, end)).isLessThan(distance(first, end));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void savesTheBytesThatTheServersOwnClientSaves(Client client, @TempDir Path reference) throws Exception {
        generate(client, reference);
        for (String frame : List.of("0-1.png", "0-final.png")) {
            assertThat(client.out().resolve(frame)).hasSameBinaryContentAs(reference.resolve(frame));
        }
    }

    /** Lets the server's own client save the picture that a client was told to. */
    private static void generate(Client client, Path out, String... more) throws Exception {
        String[] same =
                client.run().replaceAll(".*(--label \\S+ --seed \\S+).*", "$1").split(" ");
        try (Program program = Program.start(
                directory,
                Stream.of(
                                Stream.of("generate", "--target", "127.0.0.1:" + port, "--out", out.toString()),
                                Stream.of(same),
                                Stream.of(more))
                        .flatMap(words -> words)
                        .toArray(String[]::new))) {
            assertThat(program.status()).as(program.err()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void toldToLeaveItCancelsAtTheServer(Client client) throws Exception {
        double before = cancelled();

        Shell.Run run = Shell.run(directory, client.again(port, directory.toString(), LONG + " --cancel-after 2"));

        assertThat(run.exitStatus()).as(run.output()).isZero();
        assertThat(run.output().lines())
                .filteredOn(line -> line.startsWith("step "))
                .hasSize(2);
        assertThat(run.output().strip()).endsWith("cancelled after 2 frames");
        awaitCancelled(before + 1);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aCallThatAProxyCancelsIsNoneThatTheClientLeft(Client client) throws Exception {
        double before = cancelled();
        try (ResettingProxy proxy = new ResettingProxy(port)) {
            Shell.Run run = Shell.run(directory, client.again(proxy.port(), directory.toString(), LONG));

            assertThat(run.exitStatus()).as(run.output()).isEqualTo(1);
            assertThat(run.output()).contains("CANCELLED: ").doesNotContain("cancelled after");
            awaitCancelled(before + 1);
        }
    }

    @Test
    void anInterruptIsNoEndThatTheAsyncioClientWasToldToMake() throws Exception {
        double before = cancelled();
        try (Program client = Program.start(
                directory,
                Path.of("target/python/bin/python").toAbsolutePath(),
                Map.of(),
                (Path.of("clients/python/generate_async.py").toAbsolutePath() + " --target localhost:" + port
                                + " --out " + directory + " " + LONG)
                        .split(" "))) {
            client.awaitOutput("^(step) ");
            client.signal("INT");

            assertThat(client.status()).as(client.out()).isEqualTo(INTERRUPTED);
            assertThat(client.out()).doesNotContain("cancelled after");
        }
        awaitCancelled(before + 1);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void deadlineEndsTheCallAndIsNamed(Client client) throws Exception {
        Shell.Run run = Shell.run(directory, client.again(port, directory.toString(), LONG + " --timeout 0.4"));

        assertThat(run.exitStatus()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("DEADLINE_EXCEEDED: ");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void wrongFieldIsNamedFromTheDetailsOfTheStatus(Client client) throws Exception {
        Shell.Run run = Shell.run(directory, client.again(port, directory.toString(), "--steps 0"));

        assertThat(run.exitStatus()).isEqualTo(1);
        assertThat(run.output().lines())
                .containsExactly(
                        "INVALID_ARGUMENT: steps: 0 (expected: at least 1)",
                        "  field: steps",
                        "  reason: INVALID_FIELD");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void anOptionThatCannotBeSentIsNamedAndNothingElseIsDone(Client client, @TempDir Path frames) throws Exception {
        String script = client.again(port, frames.toString(), "").replace("--seed 7", "");
        for (String wrong : List.of(
                "--seed abc",
                "--seed 0x10",
                "--seed 1.5",
                "--seed 18446744073709551616",
                "--steps 4x",
                "--count 1e3",
                "--timeout NaN",
                "--timeout 0",
                "--timeout 1e12")) {
            Shell.Run run = Shell.run(directory, script + wrong);

            assertThat(run.exitStatus()).as(run.output()).isEqualTo(2);
            assertThat(run.output().lines()).singleElement().asString().contains(wrong.split(" "));
        }
        assertThat(files(frames)).isEmpty();
    }

    @Test
    void theClientInJavaTakesNoSignAndNoTargetThatIsNoAddress(@TempDir Path frames) throws Exception {
        String script = ReadmeClients.with("generate.jar")
                .again(port, frames.toString(), "")
                .replaceAll("--target \\S+", "");
        for (String wrong : List.of(
                "--steps -1",
                "--count -1",
                "--cancel-after -5",
                "--target http://localhost:1",
                "--target localhost:abc")) {
            Shell.Run run = Shell.run(directory, script + wrong);

            assertThat(run.exitStatus()).as(run.output()).isEqualTo(2);
            assertThat(run.output().lines()).singleElement().asString().contains(wrong.split(" ")[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aFileWhereFramesWouldBeSavedIsNamed(Client client, @TempDir Path parent) throws Exception {
        Path file = Files.createFile(parent.resolve("taken"));

        Shell.Run run = Shell.run(directory, client.again(port, file.toString(), ""));

        assertThat(run.exitStatus()).as(run.output()).isEqualTo(2);
        assertThat(run.output().lines()).singleElement().asString().contains(file.toString());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void everySeedOf64BitsIsTakenAsItIsTold(Client client, @TempDir Path frames) throws Exception {
        String largest = "18446744073709551615";

        String script = client.again(port, frames.toString(), "--steps 1").replace("--seed 7", "--seed " + largest);
        Shell.Run run = Shell.run(directory, script);

        assertThat(run.exitStatus()).as(run.output()).isZero();
        assertThat(run.output()).contains("seed " + largest);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aFrameThatCannotBeSavedIsNamedAndEndsTheCall(Client client, @TempDir Path frames) throws Exception {
        Path taken = Files.createDirectory(frames.resolve("0-1.png"));
        double before = cancelled();

        Shell.Run run = Shell.run(directory, client.again(port, frames.toString(), LONG));

        assertThat(run.exitStatus()).isEqualTo(1);
        assertThat(run.output()).contains(taken.toString());
        // Neither the server nor the terminal waits for the rest.
        awaitCancelled(before + 1);
    }

    private static void awaitCancelled(double expected) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        double counted = cancelled();
        while (counted < expected && System.nanoTime() - end < 0) {
            counted = cancelled();
        }
        assertThat(counted).isEqualTo(expected);
    }

    /** Requests that the server has seen cancelled. */
    private static double cancelled() throws Exception {
        String admin = server.awaitOutput("^admin +(http://\\S+)/readyz$");
        HttpRequest scrape =
                HttpRequest.newBuilder(URI.create(admin + "/metrics")).build();
        return HttpClient.newHttpClient()
                .send(scrape, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("glimpse_request_duration_seconds_count{")
                        && line.contains("outcome=\"cancelled\""))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".* ", "")))
                .sum();
    }

    /** Sum of the squared differences between the pixels of two pictures. */
    private static long distance(BufferedImage one, BufferedImage other) {
        long sum = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                long difference =
                        one.getRaster().getSample(x, y, 0) - other.getRaster().getSample(x, y, 0);
                sum += difference * difference;
            }
        }
        return sum;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void deleteFrames(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (String name : files(folder)) {
                Files.delete(folder.resolve(name));
            }
        }
    }
}
