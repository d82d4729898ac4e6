package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthEndpointsTest {
    private final AtomicReference<Optional<String>> notReadyBecause = new AtomicReference<>(Optional.empty());
    private Vertx vertx;
    private HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        new HealthEndpoints(notReadyBecause::get).mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopServer() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void readyServerSaysSo() throws Exception {
        HttpResponse<String> response = get("/readyz");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok");
    }

    @Test
    void serverThatIsNotReadyTellsTheReasonAndStaysAlive() throws Exception {
        notReadyBecause.set(Optional.of("the model is loading"));

        HttpResponse<String> ready = get("/readyz");
        HttpResponse<String> live = get("/healthz");

        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("the model is loading");
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.body()).isEqualTo("ok");
    }

    @Test
    void readinessIsAskedForEachProbe() throws Exception {
        notReadyBecause.set(Optional.of("draining"));
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        notReadyBecause.set(Optional.empty());

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
