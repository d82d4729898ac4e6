package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both load generators at their smallest, on a server with the model that comes with it. */
class SmokeIT {
    static final int RATE = 3;
    static final int SECONDS = 6;
    static final int SEED = 3;

    private static final String[] SMALL = {"--rate", "" + RATE, "--seconds", "" + SECONDS, "--seed", "" + SEED};

    @TempDir
    private static Path directory;

    private static Command server;
    private static String target;

    @BeforeAll
    static void startServer() throws Exception {
        server = serve();
        target = target(server);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void everyRequestHasExactlyOneEndAndNoneIsBroken() throws Exception {
        JsonObject report = json(run("smoke", List.of("--warm-up", "0", "--timeout", "10", "--json"), SMALL));
        JsonObject run = report.getAsJsonArray("runs").get(0).getAsJsonObject();

        int ends = Stream.of("finished", "refused", "late", "left", "cut", "broken")
                .mapToInt(end -> run.get(end).getAsInt())
                .sum();
        assertThat(ends).isEqualTo(run.get("offered").getAsInt()).isPositive();
        assertThat(run.get("broken").getAsInt()).isZero();
        assertThat(run.get("left").getAsInt()).isPositive();
        assertThat(run.getAsJsonObject("first_ms").get("count").getAsInt())
                .isEqualTo(run.get("attentive").getAsInt());
        assertThat(run.get("idle_sockets_at_end").getAsInt())
                .isEqualTo(Scenario.SMOKE.clients().idle());
    }

    @Test
    void gatlingFindsNoFailureAtAnyDoorAndLeavesAReport() throws Exception {
        try (Command gatling = run("smoke", List.of("--gatling"), SMALL)) {
            assertThat(gatling.status()).as(gatling.out()).isZero();
            Path report = Path.of(gatling.await("file://(\\S+index.html)"));
            assertThat(Files.readString(report))
                    .contains("WebSocket first picture", "gRPC first picture", "SSE first picture", "REST generate");
            assertThat(shortestMillis(report, "WebSocket finished"))
                    .isGreaterThanOrEqualTo(shortestMillis(report, "WebSocket first picture"));
            assertThat(shortestMillis(report, "SSE finished"))
                    .isGreaterThanOrEqualTo(shortestMillis(report, "SSE first picture"));
        }
    }

    /** The least time of one row of Gatling's table. */
    private static int shortestMillis(Path report, String row) throws IOException {
        Matcher cell = Pattern.compile(">" + row + "</span>.*?col-7\">(\\d+)<", Pattern.DOTALL)
                .matcher(Files.readString(report));
        assertThat(cell.find()).as(row).isTrue();
        return Integer.parseInt(cell.group(1));
    }

    @ParameterizedTest
    @CsvSource({"secret, true", "another, false"})
    void gatlingShowsItsKeyAtEveryDoor(String key, boolean known) throws Exception {
        Path keys = directory.resolve("keys.yaml");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest("secret".getBytes(StandardCharsets.UTF_8));
        Files.writeString(keys, "- {name: tester, sha256: " + HexFormat.of().formatHex(digest) + "}\n");
        try (Command guarded = serve("--set", "access.keys-file=" + keys, "--set", "access.anonymous=never");
                Command gatling = Command.loadtest(
                        directory,
                        "smoke",
                        "--gatling",
                        "--rate",
                        "3",
                        "--seconds",
                        "3",
                        "--key",
                        key,
                        "--target",
                        target(guarded))) {
            assertThat(gatling.status() == 0).as(gatling.out()).isEqualTo(known);
        }
    }

    @Test
    void arrivalsOfTheSimulatorAreReplayed() throws Exception {
        Path file = directory.resolve("simulated.csv");
        try (Command simulate = Command.glimpse(
                directory,
                "simulate",
                "--workload",
                "W1",
                "--requests",
                "8",
                "--cost",
                "20,10",
                "--write",
                file.toString())) {
            assertThat(simulate.status()).as(simulate.out()).isZero();
        }

        JsonObject report = json(
                run("W1", List.of("--arrivals", file.toString(), "--warm-up", "0", "--json"), "--capacity", "100"));

        JsonObject run = report.getAsJsonArray("runs").get(0).getAsJsonObject();
        assertThat(run.get("offered").getAsInt()).isEqualTo(8);
        assertThat(run.get("finished").getAsInt()).isEqualTo(8);
    }

    @Test
    void wrongInputIsOneLineAndStatusTwo() throws Exception {
        try (Command run = Command.loadtest(directory, "W2", "--target", "nowhere")) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out())
                    .isEqualTo(
                            "loadtest/run: --target: nowhere (expected: HOST:PORT, https://HOST, or either behind NAME=)\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "W2 --timeout 0 | --timeout: 0 (expected: at least 1)",
                "W2 W99 | Unmatched argument at index 1: 'W99'",
                "W8 | --pid: none (expected: the server's process, which W8 ends)",
                "--gatling W99 | W99 (expected: one of W1 to W9 and SMOKE)",
                "--gatling W1 --seed 2 W2 | W1 W2 (expected: one scenario)",
                "--gatling --seed 2 W8 | W8 (expected: another scenario, as Gatling ends no server)",
                "--gatling W2 --seed | --seed (expected: a value after it)",
                "--gatling W2 --doors bogus | --doors: bogus (expected: some of grpc, websocket, sse and rest, each once)",
                "--gatling W2 --preview sharp | --preview: sharp (expected: one of exact, free, none)",
                "--gatling W2 --arrivals run --rate 5 | --rate: 5 (expected: absent with --arrivals, whose file says",
            })
    void wrongInputIsRefusedBeforeAnythingIsMeasured(String arguments, String complaint) throws Exception {
        try (Command run = Command.loadtest(directory, arguments.split(" "))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out()).startsWith("loadtest/run").contains(complaint).hasLineCount(1);
        }
    }

    /** Fewer requests than doors; each is sent. */
    @Test
    void gatlingReplaysASingleRequest() throws Exception {
        Path file = directory.resolve("single.csv");
        ArrivalFile.write(List.of(Arrival.plain(0, 1, Preview.EXACT)), file);

        try (Command gatling = run("W2", List.of("--gatling", "--arrivals", file.toString()))) {
            assertThat(gatling.status()).as(gatling.out()).isZero();
            assertThat(Files.readString(Path.of(gatling.await("file://(\\S+index.html)"))))
                    .contains("gRPC last picture");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"W1", "W4", "w4 --doors rest,grpc", "W6", "W8"})
    void whatGatlingCannotDoIsRefusedByItsName(String arguments) throws Exception {
        List<String> words = List.of(arguments.split(" "));
        try (Command run = run(
                words.get(0),
                List.of("--gatling"),
                words.subList(1, words.size()).toArray(String[]::new))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out())
                    .startsWith("loadtest/run --gatling: " + words.get(0).toUpperCase(Locale.ROOT) + " (expected: ")
                    .hasLineCount(1);
        }
    }

    private static Command serve(String... options) throws IOException {
        return Command.glimpse(
                directory,
                Stream.concat(Stream.of("serve", "--port", "0", "--admin-port", "0"), Stream.of(options))
                        .toArray(String[]::new));
    }

    /** Where a server listens that is ready. */
    private static String target(Command server) throws Exception {
        String port = server.await("^page .*:(\\d+)/$");
        server.await("^(ready) ");
        return "localhost:" + port;
    }

    private static Command run(String scenario, List<String> options, String... more) throws Exception {
        List<String> target = List.of("--target", SmokeIT.target);
        return Command.loadtest(
                directory,
                Stream.of(List.of(scenario), target, options, List.of(more))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    private static JsonObject json(Command command) throws Exception {
        try (command) {
            assertThat(command.status()).as(command.out()).isZero();
            return JsonParser.parseString(command.out()).getAsJsonObject();
        }
    }
}
