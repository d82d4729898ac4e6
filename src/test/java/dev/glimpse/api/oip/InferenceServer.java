package dev.glimpse.api.oip;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Both halves of the door on one port of a real socket. */
final class InferenceServer implements AutoCloseable {
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_REQUESTS = 2;
    private static final Duration LONG = Duration.ofHours(1);

    final AtomicBoolean ready = new AtomicBoolean(true);
    final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    InferenceServer(Generator generator) throws Exception {
        this(Open.entrance(generator));
    }

    InferenceServer(Entrance entrance) throws Exception {
        OipDoor door = new OipDoor(
                vertx,
                entrance,
                "1.2.3",
                ready::get,
                new OipDoor.Settings(
                        new BodyBounds(MAX_BYTES, Duration.ofSeconds(30)),
                        MAX_REQUESTS,
                        new EventStreamSettings(Duration.ofSeconds(10), Duration.ofSeconds(20))));
        GrpcDoor grpc = new GrpcDoor(vertx, entrance, ready::get, MAX_BYTES, 4, List.of(door.service()));
        Router router = Router.router(vertx);
        door.mount(router, Origins.of(List.of()));
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    if (grpc.accepts(request)) {
                        grpc.handle(request);
                    } else {
                        router.handle(request);
                    }
                })
                .connectionHandler(new ConnectionCare(vertx, new ConnectionCare.Terms(LONG, LONG, LONG, LONG)))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    int port() {
        return server.actualPort();
    }

    /** Takes no more connections, and gives the streams time; does not wait for them. */
    void shutDown() {
        server.shutdown(LONG.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
