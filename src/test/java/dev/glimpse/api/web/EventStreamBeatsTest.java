package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whom a stream of events takes for a reader that reads no more; its beats and its network are the test's. */
class EventStreamBeatsTest {
    private static final int BEATS_TO_STALL = 3;

    private final List<Handler<Long>> timers = new ArrayList<>();
    private final Deque<Promise<Void>> inFlight = new ArrayDeque<>();
    private final List<String> closed = new ArrayList<>();

    private final HttpServerResponse response = stub(
            HttpServerResponse.class,
            Map.of(
                    "write",
                    arguments -> {
                        inFlight.add(Promise.promise());
                        return inFlight.getLast().future();
                    },
                    "reset",
                    arguments -> {
                        closed.add("reset");
                        return Future.succeededFuture();
                    }));

    private final EventStream stream = new HttpCall(context(), settings(), Duration.ofMinutes(5)).events();

    @Test
    void aReaderThatTakesEachEventInTimeMayTakeLongForAll() {
        for (int event = 0; event < 5; event++) {
            send();
            beat(BEATS_TO_STALL - 1);
            inFlight.remove().complete();
        }

        assertThat(closed).isEmpty();
    }

    @Test
    void aReaderThatDoesNotTakeAnEventIsClosed() {
        send();
        beat(BEATS_TO_STALL - 1);
        inFlight.remove().complete();
        send();
        beat(BEATS_TO_STALL - 1);
        assertThat(closed).isEmpty();
        beat(1);

        assertThat(closed).containsExactly("reset");
    }

    private void send() {
        stream.send("step", "", new JsonObject()).onFailure(cause -> {});
    }

    private void beat(int times) {
        for (int beat = 0; beat < times; beat++) {
            timers.get(0).handle(0L);
        }
    }

    private static EventStreamSettings settings() {
        return new EventStreamSettings(Duration.ofSeconds(1), Duration.ofSeconds(BEATS_TO_STALL));
    }

    private RoutingContext context() {
        Vertx vertx = stub(
                Vertx.class,
                Map.of(
                        "setPeriodic",
                        arguments -> {
                            timers.add(timer(arguments[1]));
                            return 0L;
                        },
                        "cancelTimer",
                        arguments -> true));
        HttpServerRequest request = stub(HttpServerRequest.class, Map.of("path", arguments -> "/"));
        return stub(
                RoutingContext.class,
                Map.of(
                        "vertx", arguments -> vertx,
                        "request", arguments -> request,
                        "response", arguments -> response));
    }

    @SuppressWarnings("unchecked")
    private static Handler<Long> timer(Object handler) {
        return (Handler<Long>) handler;
    }

    /** An object that answers some methods, and others with itself, with no or with nothing. */
    private static <T> T stub(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName()).apply(arguments);
                    }
                    if (method.getReturnType() == type) {
                        return self;
                    }
                    return method.getReturnType() == boolean.class ? false : null;
                }));
    }
}
