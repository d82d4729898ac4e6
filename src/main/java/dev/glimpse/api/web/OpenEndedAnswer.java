package dev.glimpse.api.web;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * An answer to HTTP/1.0 that is written before its length is known: it ends with its connection (RFC 9112, section
 * 6.3), as that version has no chunks, even if the client would keep the connection. Confined to the event loop of the
 * connection.
 */
final class OpenEndedAnswer extends ChannelOutboundHandlerAdapter {
    private boolean open;

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise written) {
        if (message instanceof HttpResponse response && endsWithItsConnection(response)) {
            open = true;
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        boolean end = open && message instanceof LastHttpContent;
        connection.write(message, end ? written.unvoid().addListener(ChannelFutureListener.CLOSE) : written);
    }

    private static boolean endsWithItsConnection(HttpResponse response) {
        return response.protocolVersion().equals(HttpVersion.HTTP_1_0)
                && !endsWithItsHead(response.status())
                && !HttpUtil.isContentLengthSet(response)
                && !HttpUtil.isTransferEncodingChunked(response);
    }

    private static boolean endsWithItsHead(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL || status.equals(HttpResponseStatus.NOT_MODIFIED);
    }
}
