package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a call that asks once: it is answered when the client has sent its one message and closed its side.
 */
public final class OneRequest<Q extends Message, R extends Message> implements StreamingCall.Inbound<Q> {
    private final StreamingCall<Q, R> call;
    private final Answer<Q, R> answer;
    private @Nullable Q message;

    private OneRequest(StreamingCall<Q, R> call, Answer<Q, R> answer) {
        this.call = call;
        this.answer = answer;
    }

    /** Answers the one request of a call. */
    public interface Answer<Q extends Message, R extends Message> {
        void answer(Q request, StreamingCall<Q, R> call);
    }

    /** Makes that of a call, from what answers its one request. */
    public static <Q extends Message, R extends Message> Function<StreamingCall<Q, R>, StreamingCall.Inbound<Q>> then(
            Answer<Q, R> answer) {
        return call -> new OneRequest<>(call, answer);
    }

    @Override
    public void received(Q request) {
        if (message != null) {
            call.fail(GrpcErrors.protocol(GrpcStatus.INVALID_ARGUMENT, "request: a second message (expected: one)"));
            return;
        }
        message = request;
    }

    @Override
    public void halfClosed() {
        if (message == null) {
            call.fail(GrpcErrors.protocol(GrpcStatus.INVALID_ARGUMENT, "request: no message (expected: one)"));
            return;
        }
        answer.answer(message, call);
    }
}
