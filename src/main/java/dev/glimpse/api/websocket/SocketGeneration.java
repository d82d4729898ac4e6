package dev.glimpse.api.websocket;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation on its way from the core to a socket; asks for an event when the one before has been written.
 *
 * <p>Confined to the socket's event loop.
 */
final class SocketGeneration {
    private static final Logger LOG = LoggerFactory.getLogger(SocketGeneration.class);

    private final String id;
    private final ImageFormat format;
    private final Outbox outbox;
    private final Runnable ended;
    private @Nullable GenerationStream stream;
    private boolean cancelled;

    /** @param ended called once, when the message that ends this generation was written */
    SocketGeneration(String id, ImageFormat format, Outbox outbox, Runnable ended) {
        this.id = id;
        this.format = format;
        this.outbox = outbox;
        this.ended = ended;
    }

    void start(Generator generator, GenerationRequest request) {
        // Composed, so that an exception thrown by the call ends the generation like any other defect does.
        Future.succeededFuture()
                .compose(nothing -> generator.submit(request))
                .onSuccess(this::answered)
                .onFailure(this::broken);
    }

    /** Stops the generation; its stream then ends by itself. Any number of times. */
    void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.cancel();
        }
    }

    private void answered(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            end(failed(refused.failure()));
        } else if (submission instanceof Submission.Admitted admitted) {
            GenerationStream admittedStream = admitted.stream();
            stream = admittedStream;
            if (cancelled) {
                admittedStream.cancel();
            }
            outbox.offer(ServerMessage.accepted(id, admittedStream.accepted(), format), () -> askNext(admittedStream));
        }
    }

    private void askNext(GenerationStream from) {
        Future.succeededFuture()
                .compose(nothing -> from.next())
                .onSuccess(event -> happened(from, event))
                .onFailure(this::broken);
    }

    private void happened(GenerationStream from, GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            outbox.offer(ServerMessage.stepped(id, stepped, format), () -> askNext(from));
        } else if (event instanceof GenerationEvent.Finished finished) {
            end(ServerMessage.finished(id, finished));
        } else if (event instanceof GenerationEvent.Failed failed) {
            end(failed(failed.failure()));
        } else {
            broken(new IllegalStateException("a stream was accepted twice"));
        }
    }

    private void broken(Throwable cause) {
        String requestId = stream != null
                ? stream.accepted().requestId()
                : UUID.randomUUID().toString();
        LOG.error("Request {} broke", requestId, cause);
        cancel();
        end(failed(new Failure.Internal(requestId)));
    }

    private ServerMessage failed(Failure failure) {
        return ServerMessage.failed(Optional.of(id), WebSocketErrors.describe(failure));
    }

    private void end(ServerMessage last) {
        outbox.offer(last, ended);
    }
}
