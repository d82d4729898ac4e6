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
    private final Runnable silent;
    private final Runnable broken;
    private long timer;
    private int unanswered;

    /**
     * @param silent told that pings are not answered
     * @param broken told that a ping could not be written
     */
    Heartbeat(Vertx vertx, ServerWebSocket socket, Duration every, Runnable silent, Runnable broken) {
        this.vertx = vertx;
        this.socket = socket;
        this.every = every;
        this.silent = silent;
        this.broken = broken;
    }

    /** Pings from now on, until it is stopped. */
    void start() {
        timer = vertx.setPeriodic(every.toMillis(), nothing -> ping());
    }

    private void ping() {
        if (unanswered == MOST_UNANSWERED) {
            silent.run();
            return;
        }
        unanswered++;
        socket.writePing(Buffer.buffer()).onFailure(cause -> broken.run());
    }

    /** The client has answered. */
    void answered() {
        unanswered = 0;
    }

    void stop() {
        vertx.cancelTimer(timer);
    }
}
