package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Grant;
import dev.glimpse.access.Quota;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.Stub;
import dev.glimpse.api.web.StalledConnection;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a socket leaves behind; its timers, its network and its event loop are the test's. */
class ConversationTest {
    private static final String KEY = ApiKey.newSecret();
    private static final long PING_MILLIS = 1000;
    private static final WebSocketSettings SETTINGS =
            new WebSocketSettings(4, 3, 4096, Duration.ofMillis(PING_MILLIS), Duration.ofSeconds(30));

    private static final StalledConnection CONNECTION = new StalledConnection(Stub.of(HttpConnection.class, Map.of()));

    private final Map<Long, Handler<Long>> timers = new LinkedHashMap<>();
    private final List<Handler<Void>> turns = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private final Gate gate = new Gate(
            List.of(new ApiKey("page", ApiKey.hash(KEY), new Caller("page", Rank.INTERACTIVE, 1, Quota.UNLIMITED))),
            Anonymity.NEVER);
    private Optional<Handler<Void>> closeHandler = Optional.empty();
    private Optional<Handler<Object>> pongHandler = Optional.empty();
    private Optional<Handler<Void>> drainHandler = Optional.empty();
    private Optional<Handler<WebSocketFrame>> frameHandler = Optional.empty();
    private boolean full;
    private int ends;

    @BeforeEach
    void open() {
        Conversation conversation = new Conversation(
                vertx(), socket(), CONNECTION, new ScriptedGenerator(), SETTINGS, Runnable::run, () -> ends++);
        conversation.open();
        conversation.endWith(grant());
    }

    @Test
    void aSocketThatIsClosedLeavesNoTimerAndNoHoldOnItsKey() {
        assertThat(timers).hasSize(1);
        closeHandler.orElseThrow().handle(null);
        gate.replaceKeys(List.of());

        assertThat(timers).isEmpty();
        assertThat(turns).as("turns for the revoked key").isEmpty();
        assertThat(ends).isOne();
    }

    @Test
    void aKeyThatIsTakenOutClosesTheSocketInATurnOfItsOwnLoop() {
        gate.replaceKeys(List.of());
        assertThat(written).isEmpty();
        turns.get(0).handle(null);

        assertThat(written).containsExactly("close 1008 the key has been revoked");
    }

    @Test
    void twoPingsMayStayUnansweredAndNotAThird() {
        beat();
        beat();
        pongHandler.orElseThrow().handle(null);
        beat();
        beat();
        assertThat(written).containsExactly("ping", "ping", "ping", "ping");
        beat();

        assertThat(written).hasSize(5).endsWith("close 1008 pings are not answered");
        assertThat(timers).as("the one that cuts the connection").containsOnlyKeys(8L);
        closeHandler.orElseThrow().handle(null);
        assertThat(timers).isEmpty();
    }

    @Test
    void whoTakesNoAnswersToPingsIsReadAgainWhenTheyHaveLeft() {
        ping();
        assertThat(turns).as("while they leave").isEmpty();

        full = true;
        ping();
        ping();
        assertThat(written).isEmpty();
        turns.forEach(turn -> turn.handle(null));
        assertThat(written).containsExactly("pause");
        drainHandler.orElseThrow().handle(null);

        assertThat(written).containsExactly("pause", "resume");
    }

    private void ping() {
        frameHandler.orElseThrow().handle(WebSocketFrame.pingFrame(Buffer.buffer()));
    }

    private void beat() {
        timers.values().iterator().next().handle(0L);
    }

    private Grant grant() {
        return ((Gate.Verdict.Known) gate.identify("Bearer " + KEY, false)).grant();
    }

    private Vertx vertx() {
        Context context = Stub.of(Context.class, Map.of("runOnContext", arguments -> turns.add(handler(arguments[0]))));
        return Stub.of(
                Vertx.class,
                Map.of(
                        "setPeriodic",
                        arguments -> {
                            assertThat(arguments[0]).isEqualTo(PING_MILLIS);
                            timers.put(7L, handler(arguments[1]));
                            return 7L;
                        },
                        "setTimer",
                        arguments -> {
                            timers.put(8L, handler(arguments[1]));
                            return 8L;
                        },
                        "cancelTimer",
                        arguments -> timers.remove((Long) arguments[0]) != null,
                        "getOrCreateContext",
                        arguments -> context));
    }

    private ServerWebSocket socket() {
        return Stub.of(
                ServerWebSocket.class,
                Map.of(
                        "frameHandler",
                                arguments -> {
                                    frameHandler = Optional.of(handler(arguments[0]));
                                    return null;
                                },
                        "writeQueueFull", arguments -> full,
                        "drainHandler",
                                arguments -> {
                                    drainHandler = Optional.of(handler(arguments[0]));
                                    return null;
                                },
                        "pause",
                                arguments -> {
                                    written.add("pause");
                                    return null;
                                },
                        "resume",
                                arguments -> {
                                    written.add("resume");
                                    return null;
                                },
                        "closeHandler",
                                arguments -> {
                                    closeHandler = Optional.of(handler(arguments[0]));
                                    return null;
                                },
                        "pongHandler",
                                arguments -> {
                                    pongHandler = Optional.of(handler(arguments[0]));
                                    return null;
                                },
                        "writePing",
                                arguments -> {
                                    written.add("ping");
                                    return Future.succeededFuture();
                                },
                        "close",
                                arguments -> {
                                    written.add("close " + arguments[0] + " " + arguments[1]);
                                    return Future.succeededFuture();
                                }));
    }

    @SuppressWarnings("unchecked")
    private static <T> Handler<T> handler(Object handler) {
        return (Handler<T>) handler;
    }
}
