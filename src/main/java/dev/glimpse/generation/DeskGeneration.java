package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation on its way from the core to a session's line; asks for an event when the one before has been written.
 *
 * @param <M> a message to the client
 */
final class DeskGeneration<M> {
    private static final Logger LOG = LoggerFactory.getLogger(DeskGeneration.class);

    private static final Failure ABANDONED =
            new Failure.Cancelled("paused when the client closed its side, after which nobody can resume it");

    private final String id;
    private final SessionLine<M> line;
    private final Outbox<M> outbox;
    private final Runnable ended;
    private final Promise<Optional<String>> requestId = Promise.promise();
    private @Nullable GenerationStream stream;
    private Future<Optional<Failure>> proceeding = Future.succeededFuture(Optional.empty());
    private int orders;
    private boolean cancelled;
    private boolean paused;
    private boolean abandoned;
    private boolean endedPaused;
    private boolean ending;

    /** @param ended called once, when the message that ends this generation was written */
    DeskGeneration(String id, SessionLine<M> line, Outbox<M> outbox, Runnable ended) {
        this.id = id;
        this.line = line;
        this.outbox = outbox;
        this.ended = ended;
    }

    /** Hands the request in. */
    @FunctionalInterface
    interface Opening {
        Future<Submission> submit();
    }

    /** Completes behind the answer to the client: with the request's id if it is admitted, or with nothing. */
    Future<Optional<String>> requestId() {
        return requestId.future();
    }

    /** @param admitted told the request's id if it is admitted */
    void start(Opening opening, Consumer<String> admitted) {
        Guarded.call(opening::submit)
                .onSuccess(submission -> answered(submission, admitted))
                .onFailure(this::broken);
    }

    /** Stops the generation; its stream then ends by itself. Any number of times. */
    void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.cancel();
        }
    }

    /**
     * Takes the work off the devices; before the core has answered, as soon as it has.
     *
     * @return completes when the core has answered and it is known what became of the order to go on that was given
     *     before, so that whoever tells of all does so in their order
     */
    Future<?> pause() {
        paused = true;
        if (stream == null) {
            return requestId();
        }
        stream.pause();
        return proceeding;
    }

    /** Completes, once the core has answered, with why it cannot go on now, if so; then it stays paused. */
    Future<Optional<Failure>> proceed() {
        paused = false;
        if (stream == null) {
            return requestId().map(answered -> Optional.empty());
        }
        int order = ++orders;
        proceeding = stream.proceed().onSuccess(failure -> {
            // A later order may have found room.
            paused |= failure.isPresent() && order == orders;
            endIfAbandoned();
        });
        return proceeding;
    }

    /** Tells that nobody can let this go on any more: it ends as soon as it is paused. */
    void abandon() {
        abandoned = true;
        endIfAbandoned();
    }

    private void endIfAbandoned() {
        if (abandoned && paused && !cancelled) {
            endedPaused = true;
            cancel();
        }
    }

    private void answered(Submission submission, Consumer<String> admission) {
        if (submission instanceof Submission.Refused refused) {
            end(line.failed(Optional.of(id), refused.failure()));
            requestId.complete(Optional.empty());
        } else if (submission instanceof Submission.Admitted admitted) {
            GenerationStream opened = admitted.stream();
            stream = opened;
            if (cancelled) {
                opened.cancel();
            } else if (paused) {
                opened.pause();
            }
            admission.accept(opened.accepted().requestId());
            outbox.offer(line.accepted(id, opened.accepted()), () -> askNext(opened));
            // Behind the answer, as whoever waits for it tells of what follows; done already if the first step failed
            // at once.
            requestId.tryComplete(Optional.of(opened.accepted().requestId()));
        }
    }

    private void askNext(GenerationStream from) {
        Guarded.call(from::next).onSuccess(event -> happened(from, event)).onFailure(this::broken);
    }

    private void happened(GenerationStream from, GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            outbox.offer(line.stepped(id, from.accepted(), stepped), () -> askNext(from));
        } else if (event instanceof GenerationEvent.Finished finished) {
            end(line.finished(id, finished));
        } else if (event instanceof GenerationEvent.Failed failed) {
            Failure failure = failed.failure();
            end(line.failed(
                    Optional.of(id), endedPaused && failure instanceof Failure.Cancelled ? ABANDONED : failure));
        } else {
            broken(new IllegalStateException("a stream was accepted twice"));
        }
    }

    private void broken(Throwable cause) {
        String told = stream != null
                ? stream.accepted().requestId()
                : UUID.randomUUID().toString();
        LOG.error("Request {} broke", told, cause);
        cancel();
        end(line.failed(Optional.of(id), new Failure.Internal(told)));
        requestId.tryComplete(Optional.empty());
    }

    /** Whether its last message is on its way to the client, behind which nothing is said of it. */
    boolean ending() {
        return ending;
    }

    private void end(M last) {
        ending = true;
        outbox.offer(last, ended);
    }
}
