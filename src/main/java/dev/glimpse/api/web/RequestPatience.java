package dev.glimpse.api.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;

/**
 * Closes the connections of clients that take too long for what they began to send over HTTP/1.1, the head of a request
 * or its body, and answers them with 408. However slowly, each byte would otherwise keep a connection. Over HTTP/2
 * pings tell who is there, streams are few, and bodies are held to {@link BodyBounds}. Thread-safe.
 *
 * @param head how long a head may take from its first byte on
 * @param body how long the rest of the request may take from then on
 */
public record RequestPatience(Duration head, Duration body) implements Handler<HttpConnection> {
    @Override
    public void handle(HttpConnection connection) {
        if (!(connection instanceof HttpServerConnection server)) {
            return;
        }
        ChannelHandlerContext handler = server.channelHandlerContext();
        if (handler.handler() instanceof Http2ConnectionHandler) {
            FirstHead.arrived(handler.pipeline());
            return;
        }
        ChannelHandlerContext decoder = handler.pipeline().context(HttpRequestDecoder.class);
        if (decoder != null) {
            new SlowRequest(head, body).watch(decoder, handler);
        }
    }
}
