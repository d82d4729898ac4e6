package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.RawHttp2;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class HealthEndpointsTest {
    private final AtomicReference<Optional<String>> notStartedBecause = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> notReadyBecause = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> notAliveBecause = new AtomicReference<>(Optional.empty());
    private final AtomicReference<List<String>> notes = new AtomicReference<>(List.of());
    private HttpServer server;

    @BeforeEach
    void startServer(Vertx vertx) throws Exception {
        Router router = Router.router(vertx);
        new HealthEndpoints(new HealthEndpoints.Checks(
                        notStartedBecause::get, notReadyBecause::get, notes::get, notAliveBecause::get))
                .mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/startupz", "/readyz", "/healthz"})
    void healthyServerSaysSo(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok");
    }

    @Test
    void serverThatIsNotReadyTellsTheReasonAndStaysAlive() throws Exception {
        notReadyBecause.set(Optional.of("draining"));

        assertUnhealthy("/readyz", "draining");
        assertThat(get("/startupz").statusCode()).isEqualTo(200);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void serverThatIsReadyTellsWhatIsNotAsItShouldBe() throws Exception {
        notes.set(List.of("shapes/2 is broken", "forwards that were given up: 1"));

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").body()).isEqualTo("ok\nshapes/2 is broken\nforwards that were given up: 1");
        assertThat(get("/healthz").body()).isEqualTo("ok");
    }

    @Test
    void serverThatLoadsItsModelsHasNotStartedAndLives() throws Exception {
        notStartedBecause.set(Optional.of("the models are being loaded"));

        assertUnhealthy("/startupz", "the models are being loaded");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void serverWithAStuckDeviceAsksToBeReplaced() throws Exception {
        notAliveBecause.set(Optional.of("a forward has been running for 200 s"));

        assertUnhealthy("/healthz", "a forward has been running for 200 s");
    }

    @Test
    void readinessIsAskedForEachProbe() throws Exception {
        notReadyBecause.set(Optional.of("draining"));
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        notReadyBecause.set(Optional.empty());

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/startupz", "/readyz", "/healthz"})
    void headOverHttp2HasNoBody(String path) throws Exception {
        try (RawHttp2 http = new RawHttp2(server.actualPort())) {
            RawHttp2.Answer head = http.answer(http.call(path, new byte[0], ":method", "HEAD"));

            assertThat(head.headers()).containsEntry(":status", "200").containsEntry("content-length", "2");
            assertThat(head.body()).isEmpty();
        }
    }

    private void assertUnhealthy(String path, String reason) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo(reason);
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
