package dev.glimpse.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.http.GenerateEndpoint;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.generation.Core;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Submission;
import dev.glimpse.testing.GrpcJava;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a door does with a body or a message that has come is its work: from it, it asks the core. */
@Timeout(60)
@ExtendWith(VertxExtension.class)
class DoorWorkTest {
    private static final int MAX_BYTES = 65_536;
    private static final String NOBODY = "nobody";

    private final ThreadLocal<String> worker = ThreadLocal.withInitial(() -> NOBODY);
    /** At whose work the core was asked. */
    private final BlockingQueue<String> askedBy = new LinkedBlockingQueue<>();

    private final ScriptedGenerator core = new ScriptedGenerator();
    private HttpServer server;

    @BeforeEach
    void start(Vertx vertx) {
        core.answer(request -> {
            askedBy.add(worker.get());
            return Future.succeededFuture(new Submission.Refused(new Failure.Overloaded(Duration.ofSeconds(1))));
        });
        Origins origins = Origins.of(List.of());
        EventStreamSettings events = new EventStreamSettings(Duration.ofSeconds(10), Duration.ofSeconds(20));
        BodyBounds bodies = new BodyBounds(MAX_BYTES, Duration.ofSeconds(30));
        OipDoor oip = new OipDoor(vertx, door("oip"), "1", () -> true, new OipDoor.Settings(bodies, 4, events));
        GrpcDoor grpc = new GrpcDoor(vertx, door("grpc"), () -> true, MAX_BYTES, 4, List.of(oip.service()));
        Router router = Router.router(vertx);
        new GenerateEndpoint(new Doorway(door("http"), origins), events, bodies).mount(router);
        oip.mount(router, origins);
        new WebSocketDoor(
                        door("websocket"),
                        origins,
                        new WebSocketSettings(4, 4, MAX_BYTES, Duration.ofSeconds(30), Duration.ofSeconds(30)))
                .mount(router);
        server = Core.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    if (grpc.accepts(request)) {
                        grpc.handle(request);
                    } else {
                        router.handle(request);
                    }
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        Core.await(server.close());
    }

    private Entrance door(String name) {
        return Open.entrance(core).working(part -> {
            worker.set(name);
            part.run();
            worker.remove();
        });
    }

    @Test
    void ofABodyOverHttp() throws Exception {
        post("/v1/generate", "{}");

        assertThat(asked()).isEqualTo("http");
    }

    @Test
    void ofATensorOverRest() throws Exception {
        post("/v2/models/" + ScriptedGenerator.MODEL.name() + "/infer", "{}");

        assertThat(asked()).isEqualTo("oip");
    }

    @Test
    void ofATextOverAWebSocket() throws Exception {
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + server.actualPort() + "/v1/stream"), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
        socket.sendText("{\"type\": \"generate\", \"id\": \"a\"}", true).get(20, TimeUnit.SECONDS);

        assertThat(asked()).isEqualTo("websocket");
        socket.abort();
    }

    @Test
    void ofAMessageOverGrpc() throws Exception {
        try (GrpcJava client = new GrpcJava(server.actualPort())) {
            client.ask(
                            GrpcJava.method(
                                    MethodType.SERVER_STREAMING,
                                    "glimpse.v1.Glimpse/Generate",
                                    GenerateRequest.parser(),
                                    GenerateEvent.parser()),
                            GenerateRequest.getDefaultInstance(),
                            CallOptions.DEFAULT)
                    .outcome();
        }

        assertThat(asked()).isEqualTo("grpc");
    }

    private String asked() throws InterruptedException {
        return askedBy.poll(20, TimeUnit.SECONDS);
    }

    private void post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    }
}
