package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class LogLevelTest {
    private static final Logger LOG = LoggerFactory.getLogger(LogLevelTest.class);
    private static final Logger CLIENTS = LoggerFactory.getLogger("io.vertx.core.net.impl.ConnectionBase");

    private HttpServer server;

    @BeforeEach
    void startServer(Vertx vertx) throws Exception {
        Router router = Router.router(vertx);
        new LogLevel().mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void setTheLevelBack() throws Exception {
        put("{\"level\": \"warn\"}");
    }

    @Test
    void levelChangesWhileTheServerRuns() throws Exception {
        assertThat(put("{\"level\": \"debug\"}").body()).isEqualTo("{\"level\":\"debug\"}");
        assertThat(LOG.isDebugEnabled()).isTrue();
        assertThat(CLIENTS.isErrorEnabled()).isTrue();

        assertThat(put("{\"level\": \"error\"}").statusCode()).isEqualTo(200);
        assertThat(LOG.isWarnEnabled()).isFalse();
        assertThat(CLIENTS.isErrorEnabled()).isFalse();
        assertThat(send("GET", "").body()).isEqualTo("{\"level\":\"error\"}");
    }

    @Test
    void unknownLevelIsRefusedByItsName() throws Exception {
        HttpResponse<String> response = put("{\"level\": \"loud\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("level: loud (expected: one of error, warn, info, debug, trace)");
    }

    @Test
    void whatIsNoJsonChangesNothing() throws Exception {
        put("{\"level\": \"info\"}");

        assertThat(put("debug").statusCode()).isEqualTo(400);
        assertThat(put("[1]").statusCode()).isEqualTo(400);
        assertThat(put("").statusCode()).isEqualTo(400);
        assertThat(send("GET", "").body()).isEqualTo("{\"level\":\"info\"}");
    }

    private HttpResponse<String> put(String body) throws Exception {
        return send("PUT", body);
    }

    private HttpResponse<String> send(String method, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/log-level"))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
