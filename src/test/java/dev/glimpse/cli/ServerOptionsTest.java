package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection may cost, as the settings say. */
@Timeout(60)
class ServerOptionsTest {
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final String PATH = "/answered/never";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aStreamBeyondTheBoundIsRefusedAndTheOthersStay() throws Exception {
        try (RawHttp2 client = connect("server.max-streams-per-connection", 2)) {
            client.open(PATH);
            client.open(PATH);
            int beyond = client.open(PATH);

            assertThat(client.answer(beyond).reset()).hasValue(REFUSED_STREAM);
            client.ping(1);
        }
    }

    @Test
    void asManyResetsAsAreAllowedAreNoFlood() throws Exception {
        try (RawHttp2 client = connect("server.max-resets-per-connection", 5)) {
            reset(client, 5);

            client.ping(1);
        }
    }

    @Test
    void oneMoreIsAFloodThatEndsTheConnection() throws Exception {
        try (RawHttp2 client = connect("server.max-resets-per-connection", 5)) {
            reset(client, 6);

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void resetsOfAnEarlierWindowAreForgotten() throws Exception {
        Settings settings =
                settings("server.max-resets-per-connection=5", "server.reset-window=1s", "server.keepalive-every=50ms");
        try (RawHttp2 client = new RawHttp2(listen(settings, ServerOptions.idle(settings)))) {
            reset(client, 5);
            client.ping(1);
            long counted = System.nanoTime();
            for (int pings = 1;
                    System.nanoTime() - counted < Duration.ofSeconds(1).toNanos();
                    pings++) {
                client.awaitPings(pings);
            }
            reset(client, 5);

            client.ping(2);
        }
    }

    @Test
    void noWindowIsShorterThanAskedFor() {
        HttpServerOptions options =
                ServerOptions.http(settings("server.reset-window=1500ms").server(), Duration.ZERO);

        assertThat(options.getHttp2RstFloodWindowDurationTimeUnit().toSeconds(options.getHttp2RstFloodWindowDuration()))
                .isEqualTo(2);
    }

    @Test
    void metadataBeyondTheirBoundReachTheDoorThatRefusesThem() {
        assertThat(ServerOptions.http(settings().server(), Duration.ofMinutes(1))
                        .getInitialSettings()
                        .getMaxHeaderListSize())
                .isEqualTo(64 * 1024);
    }

    /** As the token is in the header by which a stream of events goes on. */
    @Test
    void headersMayBeAsLongOverHttp1() throws Exception {
        int port = listen(settings(), Duration.ofMinutes(1));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/answered/at-once"))
                .header("Last-Event-ID", "x".repeat(60 * 1024))
                .build();

        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void noStreamEndsForBeingSilentWhileItsStepsTakeTheirTime() {
        assertThat(ServerOptions.idle(settings())).isEqualTo(Duration.ofMinutes(6));
        assertThat(ServerOptions.idle(settings("limits.max-duration=2h", "server.connection-age-grace=2h")))
                .isEqualTo(Duration.ofMinutes(121));
        assertThat(ServerOptions.idle(settings("server.keepalive-every=1h"))).isEqualTo(Duration.ofMinutes(61));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /answered/never HTTP/1.1\r\nHost: ",
                "GET /answered/never HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void aConnectionOfHttp1ThatGoesSilentIsClosed(String sent) throws Exception {
        int port = listen(settings(), Duration.ofMillis(300));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void pingsKeepAConnectionOfHttp2() throws Exception {
        int port = listen(settings("server.keepalive-every=100ms"), Duration.ofSeconds(1));
        try (RawHttp2 client = new RawHttp2(port)) {
            client.open(PATH);
            client.awaitPings(25);

            client.ping(1);
        }
    }

    @Test
    void eventLoopsRunOnEpollWhereItsLibraryIsThere() throws Exception {
        boolean linux = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        Vertx own = Vertx.vertx(ServerOptions.vertx());
        try {
            assertThat(own.isNativeTransportEnabled()).isEqualTo(linux);
        } finally {
            own.close().await(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource({"'# none', none", "tls: col.yaml, a line"})
    void fileThatHoldsNoResumeKeysIsToldOnce(String text, String found, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("col.yaml"), text);

        assertThatThrownBy(() -> ServerOptions.resumeKeys(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resume.keys-file: " + found + " in " + file
                        + " (expected: lines of Base64, each a key of at least 32 bytes)");
    }

    @Test
    void nothingIsPutOnTheDiskThatAKilledServerWouldLeaveThere(@TempDir Path directory) throws Exception {
        VertxOptions options = ServerOptions.vertx();
        options.getFileSystemOptions()
                .setFileCacheDir(directory.resolve("copies").toString());
        Vertx served = Vertx.vertx(options);

        assertThat(directory).isEmptyDirectory();
        served.close().await(20, TimeUnit.SECONDS);
    }

    private static void reset(RawHttp2 client, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.reset(client.open(PATH), CANCEL);
        }
    }

    private RawHttp2 connect(String key, int value) throws Exception {
        Settings settings = settings(key + "=" + value);
        return new RawHttp2(listen(settings, ServerOptions.idle(settings)));
    }

    private int listen(Settings settings, Duration idle) throws Exception {
        HttpServer server = vertx.createHttpServer(ServerOptions.http(settings.server(), idle))
                .requestHandler(request -> {
                    if (!request.path().equals(PATH)) {
                        request.response().end();
                    }
                })
                .connectionHandler(new ConnectionCare(vertx, ServerOptions.connections(settings.server())));
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }

    private static Settings settings(String... settings) {
        List<SettingsLoader.Flag> flags = Stream.of(settings)
                .map(setting -> setting.split("=", 2))
                .map(pair -> new SettingsLoader.Flag(pair[0], pair[1], "--set"))
                .toList();
        return SettingsLoader.load(Optional.empty(), Map.of(), flags);
    }
}
