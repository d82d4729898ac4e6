package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.GrpcMessage;
import java.util.function.Function;

/** The messages of a call that have not left yet. Confined to the event loop of its connection. */
final class Outgoing {
    private int unsent;

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
        return left.onComplete(v -> unsent--);
    }

    /** Whether everything has left. */
    boolean isEmpty() {
        return unsent == 0;
    }
}
