package dev.glimpse.api.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;

/**
 * The answers of a connection of HTTP/1.1 that has said farewell: they tell that nothing comes behind them (RFC 9112,
 * section 9.6), as a client would else send its next request into the end. Confined to the event loop of the
 * connection.
 */
final class LastAnswer extends ChannelOutboundHandlerAdapter {
    private final Farewell farewell;

    LastAnswer(Farewell farewell) {
        this.farewell = farewell;
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise written) {
        // Not the news of an answer that is to come, nor of an upgrade.
        if (farewell.isSaid()
                && message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        connection.write(message, written);
    }
}
