package dev.glimpse.api.http;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.OneHost;
import dev.glimpse.api.web.SseReader;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running server with the endpoint for pictures, on a scripted core, for the tests that extend it. */
abstract class GenerateEndpointFixture {
    static final int MAX_BODY_BYTES = 4096;

    final ScriptedGenerator generator = new ScriptedGenerator();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** Connections that have been closed, by whichever side. */
    final BlockingQueue<HttpConnection> closed = new LinkedBlockingQueue<>();

    Vertx vertx;
    HttpServer server;

    @BeforeEach
    void startServer() throws Exception {
        vertx = Vertx.vertx();
        server = start(
                Open.entrance(generator), new EventStreamSettings(Duration.ofSeconds(30), Duration.ofSeconds(60)));
    }

    HttpServer start(Entrance entrance, EventStreamSettings events) throws Exception {
        return start(entrance, events, Origins.of(List.of("https://app.example.org")));
    }

    HttpServer start(Entrance entrance, EventStreamSettings events, Origins origins) throws Exception {
        Router router = Router.router(vertx);
        new HttpDoor(entrance).mount(router);
        BodyBounds bodies = new BodyBounds(MAX_BODY_BYTES, Duration.ofSeconds(30));
        new GenerateEndpoint(new Doorway(entrance, origins), events, bodies).mount(router);
        return vertx.createHttpServer()
                .connectionHandler(connection -> connection.closeHandler(v -> closed.add(connection)))
                .requestHandler(new OneHost(router))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopServer() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + GenerateEndpoint.PATH + query))
                .timeout(Duration.ofSeconds(20));
    }

    HttpRequest.Builder post(String json) {
        return request("")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    SseReader events(HttpRequest.Builder request) throws IOException, InterruptedException {
        return SseReader.open(
                client, request.header("Accept", "text/event-stream").build());
    }
}
