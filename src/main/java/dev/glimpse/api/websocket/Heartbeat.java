package dev.glimpse.api.websocket;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;

/** The pings that tell whether a socket's client is still there. Confined to the socket's event loop. */
final class Heartbeat {
    private static final int MOST_UNANSWERED = 2;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Duration every;
    private final Events events;
    private long timer;
    private int unanswered;

    /** What a heartbeat finds out. */
    interface Events {
        /** Pings are not answered. */
        void silent();

        /** A ping could not be written. */
        void broken();
    }

    Heartbeat(Vertx vertx, ServerWebSocket socket, Duration every, Events events) {
        this.vertx = vertx;
        this.socket = socket;
        this.every = every;
        this.events = events;
    }

    /** Pings from now on, until it is stopped. */
    void start() {
        timer = vertx.setPeriodic(every.toMillis(), nothing -> ping());
    }

    private void ping() {
        if (unanswered == MOST_UNANSWERED) {
            events.silent();
            return;
        }
        unanswered++;
        socket.writePing(Buffer.buffer()).onFailure(cause -> events.broken());
    }

    /** The client has answered. */
    void answered() {
        unanswered = 0;
    }

    void stop() {
        vertx.cancelTimer(timer);
    }
}
