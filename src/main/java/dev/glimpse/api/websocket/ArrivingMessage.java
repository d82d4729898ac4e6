package dev.glimpse.api.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The message that is on its way over one socket, and what it may cost until it is whole: heap and not direct memory,
 * of which there is little and which the writes of all connections need, no more than the longest message, and no more
 * than some time. Confined to the socket's event loop.
 *
 * <p>It looks at the socket twice: at the bytes before they are decoded, as nothing else tells that a frame has begun,
 * and at the frames that they are decoded to.
 */
final class ArrivingMessage {
    private final Duration patience;
    private final Runnable tooLong;
    private final Runnable tooSlow;

    /** What the decoder has not made a frame of; it frees it once it has. */
    private ByteBuf undecoded = Unpooled.EMPTY_BUFFER;

    /** Whether frames of a message are there, and not its last one. */
    private boolean begun;

    private boolean refused;

    /** Whether bytes were asked for that have not come. */
    private boolean reading;

    /** Whether none were asked for when the last had come. */
    private boolean held;

    private @Nullable Future<?> end;

    /**
     * @param patience how long a message may take from its first bytes on
     * @param tooLong says goodbye to the client of a frame that the decoder does not take, at its header
     * @param tooSlow says goodbye to the client of a message that does not come to its end in time
     */
    ArrivingMessage(Duration patience, Runnable tooLong, Runnable tooSlow) {
        this.patience = patience;
        this.tooLong = tooLong;
        this.tooSlow = tooSlow;
    }

    /** Begins to look at a connection that has become a socket; nothing for one that has ended. */
    void watch(ChannelPipeline connection) {
        WebSocket08FrameDecoder decoder = connection.get(WebSocket08FrameDecoder.class);
        ChannelHandlerContext encoder = connection.context(WebSocket08FrameEncoder.class);
        if (decoder != null && encoder != null) {
            decoder.setCumulator(this::collect);
            connection
                    .addBefore(connection.context(decoder).name(), null, new Bytes())
                    .addAfter(encoder.name(), null, new Frames());
        }
    }

    /** Copies even what is there alone: a few bytes would else keep the direct memory that they were read into. */
    private ByteBuf collect(ByteBufAllocator ofTheChannel, ByteBuf before, ByteBuf bytes) {
        ByteBuf heap = before;
        try {
            if (before.isDirect() || !before.isWritable(bytes.readableBytes())) {
                int size = before.readableBytes() + bytes.readableBytes();
                ByteBufAllocator heaps = UnpooledByteBufAllocator.DEFAULT;
                heap = heaps.heapBuffer(heaps.calculateNewCapacity(size, Integer.MAX_VALUE))
                        .writeBytes(before);
                before.release();
            }
            heap.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        undecoded = heap;
        return heap;
    }

    private boolean isUnderWay() {
        return begun || (undecoded.refCnt() > 0 && undecoded.isReadable());
    }

    private void forget() {
        if (end != null) {
            end.cancel(false);
            end = null;
        }
    }

    /** What arrives at once needs no timer. */
    private void await(ChannelHandlerContext connection) {
        if (end == null && !refused && isUnderWay()) {
            end = connection.executor().schedule(() -> expire(connection), patience.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** It is not the client's fault if the server reads nothing for a while. */
    private void asked(ChannelHandlerContext connection) {
        boolean again = reading || held;
        reading = true;
        held = false;
        if (again && end != null) {
            forget();
            await(connection);
        }
    }

    private void expire(ChannelHandlerContext connection) {
        end = null;
        if (connection.channel().config().isAutoRead()) {
            refuse(tooSlow);
        } else {
            await(connection);
        }
    }

    private void refuse(Runnable goodbye) {
        refused = true;
        forget();
        goodbye.run();
    }

    /** The bytes of frames, before they are decoded. */
    private final class Bytes extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext connection, Object bytes) {
            if (refused) {
                ReferenceCountUtil.release(bytes);
            } else {
                connection.fireChannelRead(bytes);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext connection) {
            reading = false;
            held = !connection.channel().config().isAutoRead();
            await(connection);
            connection.fireChannelReadComplete();
        }

        @Override
        public void read(ChannelHandlerContext connection) {
            asked(connection);
            connection.read();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext connection) {
            forget();
        }
    }

    /** The frames, and the goodbye of one that is refused. */
    private final class Frames extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext connection, Object message) {
            if (message instanceof WebSocketFrame frame) {
                if (isPartOfAMessage(frame)) {
                    begun = !frame.isFinalFragment();
                }
                if (!begun) {
                    forget();
                }
            }
            connection.fireChannelRead(message);
        }

        private static boolean isPartOfAMessage(WebSocketFrame frame) {
            return frame instanceof TextWebSocketFrame
                    || frame instanceof BinaryWebSocketFrame
                    || frame instanceof ContinuationWebSocketFrame;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException corrupt
                    && corrupt.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
                refuse(tooLong);
            } else {
                connection.fireExceptionCaught(cause);
            }
        }

        /**
         * The goodbye ends this side alone. The client still sends, and a connection that is closed meanwhile is reset,
         * so that the goodbye might be lost; what comes is dropped until the client has closed its side, or Vert.x has
         * waited long enough.
         */
        @Override
        public void write(ChannelHandlerContext connection, Object message, ChannelPromise written) {
            ChannelPromise done = written;
            if (refused
                    && message instanceof CloseWebSocketFrame
                    && connection.channel() instanceof DuplexChannel sides) {
                done = written.unvoid();
                done.addListener(gone -> sides.shutdownOutput());
            }
            connection.write(message, done);
        }
    }
}
