package dev.glimpse.api.websocket;

import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;

/** Whether a socket's frames are read, which two may hold back. Confined to the socket's event loop. */
final class Intake {
    private final Vertx vertx;
    private final ServerWebSocket socket;
    private boolean held;
    private boolean flooded;

    Intake(Vertx vertx, ServerWebSocket socket) {
        this.vertx = vertx;
        this.socket = socket;
    }

    /** Holds frames back until they are asked for again, as what they ask for has no room. */
    void hold() {
        held = true;
        update();
    }

    void release() {
        held = false;
        update();
    }

    /** Vert.x answers pings by itself, and would keep the answers for one who sends pings and reads nothing. */
    void pinged() {
        try {
            if (!flooded && socket.writeQueueFull()) {
                flooded = true;
                // In a later turn, as Vert.x asks for one more frame after each ping, paused or not.
                vertx.getOrCreateContext().runOnContext(nothing -> update());
                socket.drainHandler(nothing -> {
                    flooded = false;
                    update();
                });
            }
        } catch (IllegalStateException e) {
            // Closed: nothing is answered any more.
        }
    }

    private void update() {
        if (held || flooded) {
            socket.pause();
        } else {
            socket.resume();
        }
    }
}
