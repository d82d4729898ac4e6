package dev.glimpse.api.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.function.BooleanSupplier;

/**
 * The last answer of a connection of HTTP/1.1 that has said farewell: it tells that nothing comes behind it (RFC 9112,
 * section 9.6), as a client would else send its next request into the end. Confined to the event loop of the
 * connection.
 */
final class LastAnswer extends ChannelDuplexHandler {
    private final BooleanSupplier ending;
    private int unanswered;

    /** @param ending whether the connection has said farewell */
    LastAnswer(BooleanSupplier ending) {
        this.ending = ending;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (message instanceof HttpRequest) {
            unanswered++;
        }
        connection.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise written) {
        // Not the news of an answer that is to come, nor of an upgrade.
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            unanswered--;
            // What came meanwhile is answered, too.
            if (unanswered == 0 && ending.getAsBoolean()) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
        }
        connection.write(message, written);
    }
}
