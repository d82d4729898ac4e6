package dev.glimpse.api.grpc;

import dev.glimpse.access.CrossOrigin;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.generation.Generator;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.server.Service;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The gRPC door alone behind a real socket, on an event loop of its own. */
public final class DoorServer implements AutoCloseable {
    public static final int MAX_MESSAGE_BYTES = 64 * 1024;
    static final int MAX_GENERATIONS = 3;

    /** The other origin whose pages may ask. */
    static final String ORIGIN = "https://pictures.example";

    static final ConnectionCare.Terms UNCARED =
            new ConnectionCare.Terms(Duration.ZERO, Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1));

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final HttpServer server;

    public DoorServer(Generator generator) {
        this(Open.entrance(generator));
    }

    DoorServer(Entrance entrance) {
        this(entrance, UNCARED);
    }

    DoorServer(Entrance entrance, ConnectionCare.Terms terms) {
        this(entrance, terms, vertx -> List.of());
    }

    /** @param others services that the door serves as well */
    DoorServer(Entrance entrance, ConnectionCare.Terms terms, Function<Vertx, List<Service>> others) {
        GrpcDoor door =
                new GrpcDoor(vertx, entrance, ready::get, MAX_MESSAGE_BYTES, MAX_GENERATIONS, others.apply(vertx));
        Handler<HttpServerRequest> doors = request -> {
            if (door.accepts(request)) {
                door.handle(request);
            } else {
                request.response().setStatusCode(404).end();
            }
        };
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setInitialSettings(new Http2Settings().setMaxHeaderListSize(GrpcDoor.MAX_HEADER_LIST_BYTES)))
                .requestHandler(new CrossOrigin(Origins.of(List.of(ORIGIN)), doors))
                .connectionHandler(new ConnectionCare(vertx, terms));
        try {
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    void ready(boolean value) {
        ready.set(value);
    }

    /** Takes no more connections, and gives the streams so long; does not wait for them. */
    void shutDown(Duration grace) {
        server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
