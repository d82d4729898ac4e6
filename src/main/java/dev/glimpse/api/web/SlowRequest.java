package dev.glimpse.api.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that the requests of one connection of HTTP/1.1 take to arrive. Confined to the connection's event loop.
 *
 * <p>It looks at the connection twice: at the bytes before they are decoded, as nothing else tells that a head has
 * begun, and at what they are decoded to. What is no body is not waited for: it is answered with 400.
 */
final class SlowRequest {
    private static final Logger LOG = LoggerFactory.getLogger(SlowRequest.class);

    private static final byte[] TIMEOUT = last("408 Request Timeout");
    private static final byte[] MALFORMED = last("400 Bad Request");

    private final Duration headPatience;
    private final Duration bodyPatience;
    private Part arriving = Part.NOTHING;
    private @Nullable Future<?> end;
    private boolean call;
    private boolean answered;
    private int unanswered;

    SlowRequest(Duration headPatience, Duration bodyPatience) {
        this.headPatience = headPatience;
        this.bodyPatience = bodyPatience;
    }

    /** What of a request is on its way. */
    private enum Part {
        NOTHING,
        HEAD,
        BODY
    }

    /** Begins to look at a connection whose requests are taken by the handler. */
    void watch(ChannelHandlerContext decoder, ChannelHandlerContext handler) {
        decoder.pipeline().addBefore(decoder.name(), null, new Bytes()).addBefore(handler.name(), null, new Messages());
    }

    /** Ends a connection that is slow, with an answer where it speaks HTTP/1.1 (RFC 9110, section 15.5.9). */
    static void close(ChannelPipeline connection) {
        endWith(TIMEOUT, connection);
    }

    private static void endWith(byte[] answer, ChannelPipeline connection) {
        ChannelHandlerContext decoder = connection.context(HttpRequestDecoder.class);
        if (decoder == null) {
            connection.close();
        } else {
            // From here on it is bytes, which the encoder and those behind it have no part in.
            decoder.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static byte[] last(String status) {
        return ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void begin(Part part) {
        if (end != null) {
            end.cancel(false);
            end = null;
        }
        arriving = part;
    }

    /** What arrives at once needs no timer. */
    private void await(ChannelHandlerContext connection) {
        if (end == null && arriving != Part.NOTHING) {
            Duration patience = arriving == Part.HEAD ? headPatience : bodyPatience;
            end = connection.executor().schedule(() -> expire(connection), patience.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void expire(ChannelHandlerContext connection) {
        end = null;
        if (arriving == Part.BODY && call && answered) {
            // A call that streams both ways is as long as its client likes.
            return;
        }
        boolean another = unanswered > (arriving == Part.BODY ? 1 : 0);
        if (another || !connection.channel().config().isAutoRead()) {
            // The answer to an earlier request is not to be cut, nor is it the client's fault if the server reads
            // nothing.
            await(connection);
            return;
        }
        LOG.debug("{} sends too slowly and is closed", connection.channel().remoteAddress());
        if (arriving == Part.BODY && answered) {
            connection.close();
        } else {
            close(connection.pipeline());
        }
    }

    /** The bytes of requests, before they are decoded. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext connection, Object bytes) {
            // A WebSocket has no decoder of requests any more.
            if (arriving == Part.NOTHING
                    && isMoreThanLineEnds(bytes)
                    && connection.pipeline().get(HttpRequestDecoder.class) != null) {
                begin(Part.HEAD);
            }
            connection.fireChannelRead(bytes);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext connection) {
            await(connection);
            connection.fireChannelReadComplete();
        }

        /** Some clients end a body with a line that is not part of it (RFC 9112, section 2.2). */
        private static boolean isMoreThanLineEnds(Object bytes) {
            return bytes instanceof ByteBuf buffer && buffer.forEachByte(ByteProcessor.FIND_NON_CRLF) >= 0;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext connection) {
            begin(Part.NOTHING);
        }
    }

    /** The parts of requests, and the heads of their answers. */
    private final class Messages extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext connection, Object message) {
            if (message instanceof HttpRequest request) {
                FirstHead.arrived(connection.pipeline());
                begin(Part.BODY);
                call = isCall(request);
                answered = false;
                unanswered++;
            }
            if (message instanceof LastHttpContent) {
                begin(Part.NOTHING);
            }
            if (isBrokenBody(message) && isNext()) {
                // Vert.x would close the connection without a word.
                ReferenceCountUtil.release(message);
                endWith(MALFORMED, connection.pipeline());
                return;
            }
            connection.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext connection, Object message, ChannelPromise written) {
            boolean interim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            answered |= message instanceof HttpResponse && !interim;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
            }
            connection.write(message, written);
        }

        /** A head that is broken comes as a whole request, which Vert.x answers. */
        private static boolean isBrokenBody(Object message) {
            return message instanceof HttpContent part
                    && !(message instanceof HttpRequest)
                    && part.decoderResult().isFailure();
        }

        /** Whether the request is the one to be answered next, and is not yet. */
        private boolean isNext() {
            return unanswered == 1 && !answered;
        }

        private static boolean isCall(HttpRequest request) {
            String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
            String grpc = "application/grpc";
            return type != null && type.regionMatches(true, 0, grpc, 0, grpc.length());
        }
    }
}
