package dev.glimpse.api.web;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * A connection whose client takes nothing more of what was written to it. Confined to the event loop of the connection.
 *
 * @param connection of a server
 */
public record StalledConnection(HttpConnection connection) {
    /**
     * Closes it if it is one of HTTP/1.1, or was before it became a WebSocket. Vert.x would first let everything leave
     * that waits, which is for ever; over HTTP/2, where a stream is reset, the others go on.
     */
    public void cut() {
        try {
            connection.settings();
        } catch (UnsupportedOperationException e) {
            if (connection instanceof HttpServerConnection server) {
                // Past Vert.x, TLS and all others, as each would say something first.
                server.channelHandlerContext()
                        .channel()
                        .pipeline()
                        .firstContext()
                        .close();
            }
        }
    }
}
