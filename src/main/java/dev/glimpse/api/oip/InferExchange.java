package dev.glimpse.api.oip;

import com.google.rpc.Status;
import dev.glimpse.api.json.RetryHint;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.api.web.Farewell;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.Outbox;
import dev.glimpse.generation.ResumeRequest;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferResponse;
import glimpse.wire.inference.ModelStreamInferResponse;
import java.util.HashSet;
import java.util.Set;

/**
 * A stream of requests over gRPC, each answered with its frames as they are made, of which a slow client misses some.
 * The answers of different requests may come in any order; what fails is told by its request's id, and the others go
 * on.
 */
final class InferExchange implements StreamingCall.Inbound<ModelInferRequest> {
    /** Metadata of a client that wants the first failure to end the stream with a status. */
    static final String STRICT = "triton_grpc_error";

    private final Generator generator;
    private final StreamingCall<ModelInferRequest, ModelStreamInferResponse> call;
    private final int maxRequests;
    private final boolean strict;
    private final Outbox<ModelStreamInferResponse> outbox;
    private final Set<FrameRelay> running = new HashSet<>();

    /** Requests that have not had the last of their answers written. */
    private int open;

    private boolean halfClosed;
    private boolean leaving;

    /**
     * @param maxRequests most requests that are answered at once; those behind them are not read yet
     * @param strict whether the first failure ends the stream
     */
    InferExchange(
            Generator generator,
            StreamingCall<ModelInferRequest, ModelStreamInferResponse> call,
            int maxRequests,
            boolean strict) {
        this.generator = generator;
        this.call = call;
        this.maxRequests = maxRequests;
        this.strict = strict;
        // A client that is gone has ended the call already.
        outbox = new Outbox<>(call::send, () -> {});
        call.onUnfinished(this::close);
        call.onFarewell(this::leave);
    }

    @Override
    public void received(ModelInferRequest wire) {
        open++;
        if (open == maxRequests) {
            call.holdInput();
        }
        try {
            InferCall infer = WireTensors.read(wire);
            GenerationRequest request = infer.request(true, call.timeLeft());
            FrameRelay relay = new FrameRelay(this, infer, request.count());
            running.add(relay);
            relay.start(() -> generator.submit(request));
        } catch (InvalidFieldException e) {
            failed(wire.getModelName(), wire.getModelVersion(), wire.getId(), e.failure());
        }
    }

    /** No more requests, but those that run still come to their end. */
    @Override
    public void halfClosed() {
        halfClosed = true;
        endIfIdle();
    }

    /** What has been asked comes to its end; what is asked until then does, too. */
    private void leave() {
        leaving = true;
        endIfIdle();
    }

    /** Sends an answer that is not a request's last, and then runs {@code written}. */
    void send(ModelInferResponse response, Runnable written) {
        outbox.offer(
                ModelStreamInferResponse.newBuilder().setInferResponse(response).build(), written);
    }

    /** A request has come to its end, and everything of it has been written. */
    void ended(FrameRelay relay) {
        running.remove(relay);
        requestEnded();
    }

    /** A request has come to its end without its last picture. */
    void failed(FrameRelay relay, InferCall infer, Failure failure) {
        running.remove(relay);
        failed(infer.model(), infer.version(), infer.id(), failure);
    }

    private void failed(String model, String version, String id, Failure failure) {
        Status status = OipErrors.grpc(failure);
        if (strict) {
            call.fail(status);
            return;
        }
        ModelInferResponse.Builder last = ModelInferResponse.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .setId(id)
                .putParameters(FrameRelay.FINAL, WireTensors.flag(true))
                .putParameters(OipErrors.CODE, WireTensors.whole(status.getCode()));
        failure.retry()
                .ifPresent(after -> last.putParameters(OipErrors.RETRY, WireTensors.whole(RetryHint.millis(after))));
        if (!failure.resumeToken().isEmpty()) {
            last.putParameters(ResumeRequest.FIELD, WireTensors.text(failure.resumeToken()));
        }
        outbox.offer(
                ModelStreamInferResponse.newBuilder()
                        .setErrorMessage(failure.message())
                        .setInferResponse(last)
                        .build(),
                this::requestEnded);
    }

    private void requestEnded() {
        if (open == maxRequests) {
            call.readInput();
        }
        open--;
        endIfIdle();
    }

    private void endIfIdle() {
        if (open > 0) {
            return;
        }
        if (halfClosed) {
            call.complete();
        } else if (leaving) {
            call.fail(OipErrors.grpc(Farewell.ENDING));
        }
    }

    private void close() {
        outbox.close();
        Set.copyOf(running).forEach(FrameRelay::cancel);
        running.clear();
    }
}
