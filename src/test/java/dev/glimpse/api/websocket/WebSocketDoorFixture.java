package dev.glimpse.api.websocket;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running server with the WebSocket door and nothing else, for the tests that extend it. */
abstract class WebSocketDoorFixture {
    static final WebSocketSettings SETTINGS =
            new WebSocketSettings(4, 3, 4096, Duration.ofSeconds(30), Duration.ofSeconds(30));

    final ScriptedGenerator generator = new ScriptedGenerator();
    /** Connections that have been closed, by whichever side. */
    final BlockingQueue<HttpConnection> closed = new LinkedBlockingQueue<>();

    Vertx vertx;
    HttpServer server;

    // A field, because Vert.x closes a client, and its sockets with it, when nobody refers to it any more.
    WebSocketClient sockets;

    @BeforeEach
    void startServer() throws Exception {
        vertx = Vertx.vertx();
        server = start(SETTINGS);
        sockets = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(1 << 22).setMaxMessageSize(1 << 22));
    }

    @AfterEach
    void stopServer() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    HttpServer start(WebSocketSettings settings) throws Exception {
        return start(settings, Open.entrance(generator));
    }

    HttpServer start(WebSocketSettings settings, Entrance entrance) throws Exception {
        WebSocketDoor door = new WebSocketDoor(entrance, Origins.of(List.of("https://app.example.org")), settings);
        HttpServerOptions options = new HttpServerOptions();
        door.configure(options);
        Router router = Router.router(vertx);
        door.mount(router);
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> ((HttpServerConnection) connection)
                        .channelHandlerContext()
                        .channel()
                        .closeFuture()
                        .addListener(done -> closed.add(connection)))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    TestClient connect() throws Exception {
        return TestClient.connect(sockets, server.actualPort());
    }
}
