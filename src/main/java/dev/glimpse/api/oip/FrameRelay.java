package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Guarded;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import glimpse.wire.inference.ModelInferResponse;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The path of one request's frames into an exchange. It takes the next one when the one before has been written, so
 * that what a slow client does not take is never made.
 */
final class FrameRelay {
    /** Parameter of an answer that is the last one of its request. */
    static final String FINAL = "triton_final_response";

    private static final Logger LOG = LoggerFactory.getLogger(FrameRelay.class);

    private final InferExchange exchange;
    private final InferCall infer;
    private int missing;
    private boolean cancelled;
    private @Nullable GenerationStream stream;

    /** @param pictures that the request asks for */
    FrameRelay(InferExchange exchange, InferCall infer, int pictures) {
        this.exchange = exchange;
        this.infer = infer;
        this.missing = pictures;
    }

    void start(Supplier<Future<Submission>> handingIn) {
        Guarded.call(handingIn).onSuccess(this::submitted).onFailure(this::broken);
    }

    /** Stops the request; nothing of it is written any more. */
    void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.cancel();
        }
    }

    private void submitted(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            exchange.failed(this, infer, refused.failure());
        } else if (submission instanceof Submission.Admitted admitted) {
            GenerationStream opened = admitted.stream();
            stream = opened;
            if (cancelled) {
                opened.cancel();
            } else {
                pull(opened);
            }
        } else {
            broken(new AssertionError("submission without an answer: " + submission));
        }
    }

    private void pull(GenerationStream from) {
        Guarded.call(from::next).onSuccess(event -> deliver(from, event)).onFailure(this::broken);
    }

    private void deliver(GenerationStream from, GenerationEvent event) {
        if (cancelled) {
            return;
        }
        if (event instanceof GenerationEvent.Stepped stepped) {
            if (stepped.last()) {
                missing--;
            }
            exchange.send(frame(from.accepted(), stepped), () -> pull(from));
        } else if (event instanceof GenerationEvent.Finished) {
            exchange.ended(this);
        } else if (event instanceof GenerationEvent.Failed failed) {
            exchange.failed(this, infer, failed.failure());
        } else {
            broken(new IllegalStateException("a stream was accepted twice"));
        }
    }

    private ModelInferResponse frame(GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped) {
        return WireTensors.response(infer, new Output.Result(accepted, List.of(stepped), stepped.nfe()))
                .putParameters("sample", WireTensors.whole(stepped.sample()))
                .putParameters("step", WireTensors.whole(stepped.step()))
                .putParameters(
                        "total_steps", WireTensors.whole(accepted.plan().steps().size()))
                .putParameters("t", WireTensors.real(stepped.t()))
                .putParameters("preview", WireTensors.text(MessageFields.wireName(stepped.kind())))
                .putParameters(ResumeRequest.FIELD, WireTensors.text(stepped.resumeToken()))
                .putParameters(FINAL, WireTensors.flag(missing == 0))
                .build();
    }

    private void broken(Throwable cause) {
        String requestId = stream != null
                ? stream.accepted().requestId()
                : UUID.randomUUID().toString();
        LOG.error("Request {} broke", requestId, cause);
        if (!cancelled) {
            cancel();
            exchange.failed(this, infer, new Failure.Internal(requestId));
        }
    }
}
