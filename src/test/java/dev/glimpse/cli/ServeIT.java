package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeIT {
    private static final int CLOSE_FRAME = 0x88;

    @TempDir
    static Path directory;

    static Path models;

    @BeforeAll
    static void writeModel() throws IOException {
        models = directory.resolve("models");
        TinyModel.write(models.resolve("tiny/1"));
    }

    @Test
    void readyServerTellsWhereToLook() throws Exception {
        try (Program server = serve()) {
            String page = server.awaitOutput("^page +(http://localhost:\\d+/)$");
            String admin = server.awaitOutput("^admin +(http://localhost:\\d+)/readyz$");
            server.awaitOutput("^(ready) ");
            assertThat(server.out())
                    .containsPattern("gRPC +localhost:\\d+")
                    .containsPattern("model +tiny/1: 8 x 8 x 1, 3 classes, [\\d,]+ parameters")
                    .containsPattern("device +cpu x \\d+");
            assertThat(get(page)).isEqualTo(200);
            assertThat(get(admin + "/readyz")).isEqualTo(200);
            assertThat(get(admin + "/healthz")).isEqualTo(200);
        }
    }

    @Test
    void sigtermStopsCleanly() throws Exception {
        assertStopsOn("TERM");
    }

    @Test
    void sigintStopsCleanly() throws Exception {
        assertStopsOn("INT");
    }

    @Test
    void sighupStopsCleanlyHoweverOftenItComes() throws Exception {
        try (Program server = serve()) {
            int port = Integer.parseInt(server.awaitOutput("^page .*:(\\d+)/$"));
            server.awaitOutput("^(ready) ");
            try (Socket client = silentWebSocket(port)) {
                server.signal("HUP");
                server.awaitOutput("^(SIGHUP): stopping");
                awaitCloseFrame(client);
                server.signal("HUP");
                assertThat(server.status()).isZero();
            }
        }
    }

    private static void assertStopsOn(String signal) throws Exception {
        try (Program server = serve()) {
            server.awaitOutput("^(ready) ");
            server.signal(signal);
            assertThat(server.status()).isZero();
            assertThat(server.out()).containsOnlyOnce("SIG" + signal + ": stopping");
        }
    }

    @Test
    void secondSignalEndsTheProcessAtOnce() throws Exception {
        try (Program server = serve()) {
            int port = Integer.parseInt(server.awaitOutput("^page .*:(\\d+)/$"));
            server.awaitOutput("^(ready) ");
            try (Socket client = silentWebSocket(port)) {
                server.signal("TERM");
                server.awaitOutput("^(SIGTERM): stopping");
                awaitCloseFrame(client);
                server.signal("TERM");
                assertThat(server.status()).isEqualTo(128 + 15);
            }
        }
    }

    @Test
    void takenPublicPortIsNamedWithItsSetting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(
                    "server.port: " + port + " (expected: a free port; another program listens on 127.0.0.1:" + port
                            + ")",
                    "--models",
                    models.toString(),
                    "--admin-port",
                    "0",
                    "--port",
                    port);
        }
    }

    @Test
    void takenAdminPortIsNamedWithItsSetting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(
                    "server.admin-port: " + port + " (expected: a free port; another program listens on 127.0.0.1:"
                            + port + ")",
                    "--models",
                    models.toString(),
                    "--port",
                    "0",
                    "--admin-port",
                    port);
        }
    }

    @Test
    void brokenConfigIsRefusedWithThePosition() throws Exception {
        Path config = Files.writeString(directory.resolve("broken.yaml"), "server:\n  port: [80\n");
        assertRefused(
                config + ", line 3, column 1: expected ',' or ']', but got <stream end> (expected: YAML)",
                "--config",
                config.toString());
    }

    @Test
    void unknownKeyIsRefusedWithTheNearestOne() throws Exception {
        Path config = Files.writeString(directory.resolve("unknown.yaml"), "server:\n  pord: 80\n");
        assertRefused(
                "server.pord: unknown key (expected: a setting, such as server.port) in " + config + ", line 2",
                "--config",
                config.toString());
    }

    @Test
    void missingConfigIsRefusedByItsName() throws Exception {
        Path config = directory.resolve("none.yaml");
        assertRefused(
                "--config: " + config + " (expected: a readable YAML file in UTF-8)", "--config", config.toString());
    }

    @Test
    void missingModelDirectoryIsRefusedByItsName() throws Exception {
        Path none = directory.resolve("none");
        assertRefused("models: " + none + " (expected: a readable directory)", "--models", none.toString());
    }

    @Test
    void missingWeightsAreRefusedByTheirFile() throws Exception {
        Path catalog = directory.resolve("halved");
        Path weights = TinyModel.write(catalog.resolve("tiny/1")).resolve("model.safetensors");
        Files.delete(weights);
        assertRefused(
                weights + ": cannot be read (expected: a model directory with config.json and model.safetensors)",
                "--models",
                catalog.toString());
    }

    @Test
    void unknownDefaultModelIsRefusedWithTheNamesThereAre() throws Exception {
        assertRefused(
                "models.default-name: shoes (expected: one of tiny)",
                "--models",
                models.toString(),
                "--set",
                "models.default-name=shoes");
    }

    @Test
    void unknownVariableIsRefusedByItsName() throws Exception {
        try (Program run = Program.start(directory, Program.launcher(), Map.of("GLIMPSE_SERVER_PROT", "1"), "serve")) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1).contains("GLIMPSE_SERVER_PROT: unknown variable");
        }
    }

    private static Program serve() throws IOException {
        return Program.start(directory, "serve", "--models", models.toString(), "--port", "0", "--admin-port", "0");
    }

    private static void assertRefused(String line, String... args) throws Exception {
        String[] all = new String[args.length + 1];
        all[0] = "serve";
        System.arraycopy(args, 0, all, 1, args.length);
        try (Program run = Program.start(directory, all)) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).isEqualTo("glimpse serve: " + line + System.lineSeparator());
            assertThat(run.out()).isEmpty();
        }
    }

    private static int get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** A WebSocket whose client never says a word again, not even to close it. */
    private static Socket silentWebSocket(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String handshake = "GET /v1/stream HTTP/1.1\r\nHost: localhost:" + port + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        socket.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(20_000);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        return socket;
    }

    /** Waits until the server has asked a WebSocket to close, and so waits for its answer. */
    private static void awaitCloseFrame(Socket socket) throws IOException {
        assertThat(socket.getInputStream().read()).isEqualTo(CLOSE_FRAME);
    }
}
