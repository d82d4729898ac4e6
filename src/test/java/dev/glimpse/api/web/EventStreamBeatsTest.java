package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.Stub;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom a stream of events takes for a reader that reads no more; its timers and its network are the test's. */
class EventStreamBeatsTest {
    private static final long HEARTBEAT_MILLIS = 1000;
    private static final long STALLED_MILLIS = 1500;

    private final Map<Long, Timer> timers = new LinkedHashMap<>();
    private final Deque<Promise<Void>> inFlight = new ArrayDeque<>();
    private final List<String> written = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private long ids;

    /** What waits for its time. */
    private record Timer(long millis, Handler<Long> handler) {}

    private final HttpServerResponse response = Stub.of(
            HttpServerResponse.class,
            Map.of(
                    "write",
                    arguments -> {
                        written.add(arguments[0].toString());
                        inFlight.add(Promise.promise());
                        return inFlight.getLast().future();
                    },
                    "reset",
                    arguments -> {
                        closed.add("reset");
                        return Future.succeededFuture();
                    },
                    "end",
                    arguments -> Future.succeededFuture()));

    private final EventStream stream = new HttpCall(context(), settings(), Duration.ofMinutes(5)).events();

    @Test
    void aReaderHasTheWholeTimeForEachEventWhereverTheBeatsFall() {
        for (int event = 0; event < 5; event++) {
            beat();
            send();
            beat();
            inFlight.remove().complete();
            assertThat(timers).as("but for the beat's").hasSize(1);
        }

        assertThat(closed).isEmpty();
    }

    @Test
    void aReaderThatDoesNotTakeAnEventInTimeIsClosed() {
        send();
        inFlight.remove().complete();
        send();

        Timer patience = timers.values().stream().skip(1).findFirst().orElseThrow();
        assertThat(patience.millis()).isEqualTo(STALLED_MILLIS);
        assertThat(closed).isEmpty();
        patience.handler().handle(0L);

        assertThat(closed).containsExactly("reset");
    }

    @Test
    void aReaderThatDoesNotTakeAnEventIsSentNoCommentBehindIt() {
        beat();
        beat();
        send();
        inFlight.remove().complete();
        beat();
        beat();
        beat();

        assertThat(written).hasSize(2);
        assertThat(written.get(0)).isEqualTo(":\n\n");
        assertThat(written.get(1)).startsWith("event: step");
    }

    @Test
    void aStreamThatHasEndedBeatsNoMore() {
        beat();
        stream.end();

        assertThat(timers).isEmpty();
    }

    private void send() {
        stream.send("step", "", new JsonObject()).onFailure(cause -> {});
    }

    private void beat() {
        Timer beats = timers.values().iterator().next();
        assertThat(beats.millis()).isEqualTo(HEARTBEAT_MILLIS);
        beats.handler().handle(0L);
    }

    private static EventStreamSettings settings() {
        return new EventStreamSettings(Duration.ofMillis(HEARTBEAT_MILLIS), Duration.ofMillis(STALLED_MILLIS));
    }

    private long timer(Object[] arguments) {
        long id = ids++;
        timers.put(id, new Timer((Long) arguments[0], handler(arguments[1])));
        return id;
    }

    private RoutingContext context() {
        Vertx vertx = Stub.of(
                Vertx.class,
                Map.of(
                        "setPeriodic", this::timer,
                        "setTimer", this::timer,
                        "cancelTimer", arguments -> timers.remove((Long) arguments[0]) != null));
        HttpConnection http2 = Stub.of(HttpConnection.class, Map.of());
        HttpServerRequest request =
                Stub.of(HttpServerRequest.class, Map.of("path", arguments -> "/", "connection", arguments -> http2));
        return Stub.of(
                RoutingContext.class,
                Map.of(
                        "vertx", arguments -> vertx,
                        "request", arguments -> request,
                        "response", arguments -> response));
    }

    @SuppressWarnings("unchecked")
    private static Handler<Long> handler(Object handler) {
        return (Handler<Long>) handler;
    }
}
