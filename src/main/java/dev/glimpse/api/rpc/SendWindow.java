package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.GrpcMessage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of a call's messages has not left yet. A few small ones may wait for the network together, which costs less than
 * one by one; a large one waits alone. Confined to the event loop of its connection.
 */
final class SendWindow {
    /** As much as the network takes at once; far less than what a client that stalled costs anyway. */
    private static final int BYTES = 16 * 1024;

    private int unsent;
    private @Nullable Promise<Void> room;
    private @Nullable Promise<Void> emptied;

    /** Whether everything has left. */
    boolean empty() {
        return unsent == 0;
    }

    /** Completes as soon as everything has left, or never will. */
    Future<Void> whenEmpty() {
        if (unsent == 0) {
            return Future.succeededFuture();
        }
        if (emptied == null) {
            emptied = Promise.promise();
        }
        return emptied.future();
    }

    /** A message in bytes that are not copied once more, as the encoder of Vert.x would do. */
    static GrpcMessage packed(Message wire) {
        return GrpcMessage.message("identity", BufferInternal.buffer(Unpooled.wrappedBuffer(wire.toByteArray())));
    }

    /**
     * Writes a message.
     *
     * @param writer its future completes when the client's flow control let the message go
     * @return completes when there is room for another one; fails when there never will be
     */
    Future<Void> send(Message wire, Function<GrpcMessage, Future<Void>> writer) {
        GrpcMessage message = packed(wire);
        int bytes = message.payload().length();
        Future<Void> write = writer.apply(message);
        unsent += bytes;
        write.onComplete(left -> leave(bytes, left));
        if (unsent <= BYTES) {
            return write.failed() ? write : Future.succeededFuture();
        }
        if (room == null) {
            room = Promise.promise();
        }
        return room.future();
    }

    private void leave(int bytes, AsyncResult<Void> left) {
        unsent -= bytes;
        Promise<Void> waiting = room;
        if (waiting != null && (left.failed() || unsent <= BYTES)) {
            room = null;
            waiting.handle(left);
        }
        if (emptied != null && unsent == 0) {
            emptied.tryComplete();
        }
    }
}
