package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.api.web.Farewell;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import io.vertx.core.Vertx;

/** A reflection call: one answer for each question, the next question read when the answer before has left. */
final class ReflectionExchange implements StreamingCall.Inbound<ServerReflectionRequest> {
    private final Vertx vertx;
    private final ReflectionAnswers answers;
    private final StreamingCall<ServerReflectionRequest, ServerReflectionResponse> call;
    private int unsent;
    private boolean halfClosed;
    private boolean leaving;

    ReflectionExchange(
            Vertx vertx,
            ReflectionAnswers answers,
            StreamingCall<ServerReflectionRequest, ServerReflectionResponse> call) {
        this.vertx = vertx;
        this.answers = answers;
        this.call = call;
        call.onFarewell(this::leave);
    }

    @Override
    public void received(ServerReflectionRequest request) {
        unsent++;
        call.holdInput();
        // In a turn of its own, so that messages that came together do not nest.
        call.send(answers.answer(request))
                .onSuccess(v -> vertx.getOrCreateContext().runOnContext(turn -> call.guard(this::sent)));
    }

    private void sent() {
        unsent--;
        if (unsent == 0) {
            call.readInput();
            endIfDue();
        }
    }

    private void endIfDue() {
        if (halfClosed) {
            call.complete();
        } else if (leaving) {
            call.fail(GrpcErrors.of(Farewell.ENDING));
        }
    }

    /** A question that has come is answered first. */
    private void leave() {
        leaving = true;
        if (unsent == 0) {
            endIfDue();
        }
    }

    @Override
    public void halfClosed() {
        halfClosed = true;
        if (unsent == 0) {
            endIfDue();
        }
    }
}
