package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.http.LogLevelEndpoint;
import dev.glimpse.api.http.RouterErrors;
import dev.glimpse.testing.LogLines;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
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
    private static final List<Logger> CLIENTS = List.of(
            LoggerFactory.getLogger("io.vertx.core.net.impl.ConnectionBase"),
            LoggerFactory.getLogger(DefaultHttp2Connection.class));

    private HttpServer server;

    @BeforeEach
    void startServer(Vertx vertx) throws Exception {
        Router router = Router.router(vertx);
        RouterErrors.mount(router);
        LogLevel level = new LogLevel();
        new LogLevelEndpoint(level::level, level::level, Duration.ofSeconds(10)).mount(router);
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
        assertThat(CLIENTS).allMatch(Logger::isErrorEnabled);

        assertThat(put("{\"level\": \"error\"}").statusCode()).isEqualTo(200);
        assertThat(LOG.isWarnEnabled()).isFalse();
        assertThat(CLIENTS).noneMatch(Logger::isErrorEnabled);
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

        for (String body : List.of("debug", "[1]", "")) {
            HttpResponse<String> answer = put(body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(answer.body()).getString("detail"))
                    .isEqualTo("body: " + body + " (expected: a JSON object)");
        }
        assertThat(put("{}").body()).contains("level: none (expected: one of error, warn, info, debug, trace)");
        assertThat(send("GET", "").body()).isEqualTo("{\"level\":\"info\"}");
    }

    @Test
    void whatIsTooLongIsRefusedAsThePublicDoorsDoAndIsNoErrorOfTheServer() throws Exception {
        try (LogLines log = new LogLines("io.vertx")) {
            HttpResponse<String> answer = put("{\"level\": \"info\"}" + " ".repeat(1024));

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(new JsonObject(answer.body()).getString("detail"))
                    .isEqualTo("body: more (expected: at most 1024 bytes)");
            assertThat(log.soFar()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void whatIsPackedIsRefusedAsThePublicDoorsDo() throws Exception {
        HttpResponse<String> answer =
                send(request("PUT", "{\"level\": \"info\"}").header("Content-Encoding", "gzip"));

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(new JsonObject(answer.body()).getString("detail"))
                .isEqualTo("Content-Encoding: gzip (expected: identity)");
    }

    /** What curl says of a body unless it is told. */
    @Test
    void theBodysTypeIsOfNoMatter() throws Exception {
        HttpResponse<String> answer = send(
                request("PUT", "{\"level\": \"info\"}").header("Content-Type", "application/x-www-form-urlencoded"));

        assertThat(answer.body()).isEqualTo("{\"level\":\"info\"}");
    }

    private HttpResponse<String> put(String body) throws Exception {
        return send("PUT", body);
    }

    private HttpResponse<String> send(String method, String body) throws Exception {
        return send(request(method, body));
    }

    private HttpRequest.Builder request(String method, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/log-level"))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
