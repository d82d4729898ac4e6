package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.GrpcMessage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The messages of a call that have not left yet. Confined to the event loop of its connection. */
final class Outgoing {
    private int unsent;
    private @Nullable Promise<Void> emptied;

    /** A message in bytes that are not copied once more, as the encoder of Vert.x would do. */
    static GrpcMessage packed(Message wire) {
        return GrpcMessage.message("identity", BufferInternal.buffer(Unpooled.wrappedBuffer(wire.toByteArray())));
    }

    /**
     * Writes a message.
     *
     * @param writer its future completes when the client's flow control let the message go
     */
    Future<Void> write(Message wire, Function<GrpcMessage, Future<Void>> writer) {
        Future<Void> left = writer.apply(packed(wire));
        unsent++;
        return left.onComplete(v -> leave());
    }

    private void leave() {
        unsent--;
        if (emptied != null && unsent == 0) {
            emptied.tryComplete();
        }
    }

    /** Whether everything has left. */
    boolean isEmpty() {
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
}
