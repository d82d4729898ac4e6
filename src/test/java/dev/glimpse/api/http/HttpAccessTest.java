package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HttpAccessTest {
    private static final String KEY = ApiKey.newSecret();

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void startServer(Vertx vertx) throws Exception {
        ApiKey key = new ApiKey("app", ApiKey.hash(KEY), new Caller("app", Rank.STANDARD, 1, Quota.UNLIMITED));
        ScriptedGenerator generator = new ScriptedGenerator();
        Router router = Router.router(vertx);
        new HttpDoor(new Entrance(
                        new Gate(List.of(key), Anonymity.NEVER),
                        new QuotaLedger(),
                        caller -> generator,
                        System::nanoTime))
                .mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @Test
    void modelsAreToldToThoseWithAKey() throws Exception {
        HttpRequest request =
                request("/v1/models").header("authorization", "Bearer " + KEY).build();
        assertThat(send(request).statusCode()).isEqualTo(200);
    }

    @Test
    void modelsAreNotToldWithoutAKey() throws Exception {
        HttpResponse<String> response = send(request("/v1/models").build());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(response.body()).contains("unauthenticated").doesNotContain("shapes");
    }

    @Test
    void thePageItselfIsOpen() throws Exception {
        assertThat(send(request("/").build()).statusCode()).isEqualTo(200);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
