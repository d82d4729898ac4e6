package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    void noStreamEndsForBeingSilentWhileItsStepsTakeTheirTime() {
        HttpServerOptions options = ServerOptions.http(
                SettingsLoader.load(Optional.empty(), Map.of(), List.of()).server());

        assertThat(List.of(options.getIdleTimeout(), options.getReadIdleTimeout(), options.getWriteIdleTimeout()))
                .containsOnly(0);
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

    private static void reset(RawHttp2 client, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.reset(client.open(PATH), CANCEL);
        }
    }

    private RawHttp2 connect(String key, int value) throws Exception {
        Settings settings = SettingsLoader.load(
                Optional.empty(), Map.of(), List.of(new SettingsLoader.Flag(key, Integer.toString(value), "--set")));
        HttpServer server =
                vertx.createHttpServer(ServerOptions.http(settings.server())).requestHandler(request -> {});
        server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        return new RawHttp2(server.actualPort());
    }
}
