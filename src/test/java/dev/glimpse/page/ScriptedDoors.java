package dev.glimpse.page;

import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.http.HttpDoor;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real doors on a core without a model, on as many ports as a test asks for. */
final class ScriptedDoors implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();

    HttpServer start(Generator generator, int port) throws Exception {
        WebSocketDoor webSocketDoor = new WebSocketDoor(
                Open.entrance(generator),
                Origins.of(List.of()),
                new WebSocketSettings(16, 4, 16384, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        webSocketDoor.configure(options);
        Router router = Router.router(vertx);
        new HttpDoor(Open.entrance(generator)).mount(router);
        webSocketDoor.mount(router);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(port, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
