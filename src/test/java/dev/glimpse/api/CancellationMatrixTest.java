package dev.glimpse.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Origins;
import dev.glimpse.api.grpc.CuttableWire;
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
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.WastedRows;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every point of a request's life at which its client may leave, in every way that clients leave. */
// Steps go on while what a client does is on its way.
@Tag("alone")
@Timeout(60)
class CancellationMatrixTest {
    private static final int LONG = 40;
    private static final int SHORT = 3;
    private static final int NEIGHBOUR_STEPS = 5;

    /** The ends of a request whose client has left, the second one that of a client that waits no longer. */
    private static final List<GenerationEvent> LEFT = List.of(
            new GenerationEvent.Failed(new Failure.Cancelled()),
            new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

    private static List<ByteBuffer> alone;

    /** Where the client's request stands when it leaves. */
    enum Point {
        /** It waits, and has not run. */
        QUEUED,
        /** A device is at its first step. */
        IN_FIRST_STEP,
        /** A device is at a later step, and a frame is under way. */
        IN_LATER_STEP,
        /** A device is at its last step. */
        IN_LAST_STEP,
        /** It has been given its end. */
        ENDED
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Point.values())
                .flatMap(point -> Stream.of(Leaving.values()).map(leaving -> Arguments.of(point, leaving)));
    }

    @BeforeAll
    static void runTheNeighbourAlone() {
        try (Core core = Core.held()) {
            GenerationStream stream = core.openPlain(NEIGHBOUR_STEPS, 5);
            core.engine().letAllGo();
            alone = Core.pictures(Core.readAll(stream));
        }
    }

    @AfterAll
    static void forgetIt() {
        alone = List.of();
    }

    private static HttpServer listen(Core core, WatchedGenerator generator) {
        EventStreamSettings events = new EventStreamSettings(Duration.ofSeconds(30), Duration.ofSeconds(60));
        BodyBounds bodies = new BodyBounds(65_536, Duration.ofSeconds(30));
        OipDoor oip = new OipDoor(
                core.vertx(), Open.entrance(generator), "1", () -> true, new OipDoor.Settings(bodies, 4, events));
        GrpcDoor grpc =
                new GrpcDoor(core.vertx(), Open.entrance(generator), () -> true, 65_536, 4, List.of(oip.service()));
        WebSocketDoor webSocket = new WebSocketDoor(
                Open.entrance(generator),
                Origins.of(List.of()),
                new WebSocketSettings(4, 4, 65_536, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        webSocket.configure(options);
        Router router = Router.router(core.vertx());
        new GenerateEndpoint(new Doorway(Open.entrance(generator), Origins.of(List.of())), events, bodies)
                .mount(router);
        webSocket.mount(router);
        return Core.await(core.vertx()
                .createHttpServer(options)
                .requestHandler(request -> {
                    if (grpc.accepts(request)) {
                        grpc.handle(request);
                    } else {
                        router.handle(request);
                    }
                })
                .listen(0, "127.0.0.1"));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    void clientThatLeavesCostsOneStepAtMostAndNobodyElseABit(Point point, Leaving leaving) throws Exception {
        WastedRows wasted = new WastedRows();
        try (Core core = leaving == Leaving.GRPC_TIMEOUT ? Core.heldWithoutForesight(wasted) : Core.held(wasted)) {
            WatchedGenerator watched = new WatchedGenerator(core.generator());
            HttpServer server = listen(core, watched);
            try (CuttableWire wire = new CuttableWire(server.actualPort());
                    LeavingClient client = new LeavingClient(leaving, wire)) {
                // Keeps the device busy while the client's request is on its way.
                GenerationStream busy = core.openPlain(1, 99);
                core.engine().awaitForwards(1);
                client.ask(point == Point.IN_LAST_STEP || point == Point.ENDED ? SHORT : LONG);
                watched.admitted.get(10, TimeUnit.SECONDS);
                GenerationStream neighbour = core.openPlain(NEIGHBOUR_STEPS, 5);
                boolean endGiven = point == Point.ENDED && !leaving.stalled();
                int before = advance(core, watched, point, endGiven);
                client.leave();
                // Small frames may lie in a stalled client's connection when it leaves, the last one among them.
                boolean mayBeGiven = point == Point.ENDED && leaving.stalled();
                if (mayBeGiven) {
                    CompletableFuture.anyOf(watched.left, watched.ended).get(10, TimeUnit.SECONDS);
                } else if (!endGiven) {
                    watched.left.get(10, TimeUnit.SECONDS);
                }
                core.engine().letAllGo();
                assertThat(Core.pictures(Core.readAll(neighbour))).isEqualTo(alone);
                Core.pictures(Core.readAll(busy));
                // What was under way, and what the neighbour still had to do: no forward for the one who left.
                assertThat(core.engine().begun()).isLessThanOrEqualTo(before + NEIGHBOUR_STEPS);
                assertThat(wasted.count()).isLessThanOrEqualTo(1);
                if (!endGiven) {
                    GenerationEvent ended = watched.ended.getNow(LEFT.get(0));
                    boolean given = mayBeGiven && ended instanceof GenerationEvent.Finished;
                    assertThat(given || LEFT.contains(ended))
                            .as(ended.toString())
                            .isTrue();
                }
            }
        }
    }

    /** Lets the request come to a point; returns the forwards that have begun by then. */
    private static int advance(Core core, WatchedGenerator watched, Point point, boolean endGiven) throws Exception {
        int forwards = switch (point) {
            case QUEUED -> 0;
            case IN_FIRST_STEP -> 1;
            case IN_LATER_STEP -> 3;
            case IN_LAST_STEP -> SHORT;
            case ENDED -> SHORT + 1;
        };
        core.engine().letGo(forwards);
        core.engine().awaitForwards(forwards);
        if (endGiven) {
            watched.ended.get(10, TimeUnit.SECONDS);
        }
        return core.engine().begun();
    }
}
