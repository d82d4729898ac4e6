package dev.glimpse.generation;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames of one request between the device that makes them and the reader that takes them.
 *
 * <p>Everything but the public methods runs on the owner's context, so there is nothing to lock: those methods hop
 * there, and answers hop back to the reader's own context.
 */
final class RequestStream implements GenerationStream {
    private static final Logger LOG = LoggerFactory.getLogger(RequestStream.class);

    private final Vertx vertx;
    private final Context owner;
    private final PendingRead<GenerationEvent> read;
    private final GenerationEvent.Accepted accepted;
    private final Delivery delivery;
    private final Source source;

    /** Steps of each sample that the reader has been shown, as resume tokens count them. */
    private final List<Integer> shown;

    /** The newest frames of each sample, oldest first, the samples in the order in which they are served next. */
    private final Map<Integer, Deque<Frame>> due = new LinkedHashMap<>();

    private boolean encoding;
    private int framesSkipped;
    private @Nullable GenerationEvent end;
    /** Tells what the reader was given, and not what was on its way. */
    private String newestToken;

    RequestStream(Vertx vertx, Context owner, GenerationEvent.Accepted accepted, Delivery delivery, Source source) {
        this.vertx = vertx;
        this.owner = owner;
        read = new PendingRead<>(vertx, owner);
        this.accepted = accepted;
        this.delivery = delivery;
        this.source = source;
        shown = new ArrayList<>(delivery.progress());
        newestToken = accepted.terms().resumeToken();
    }

    /**
     * How frames get to the reader.
     *
     * @param framesPerSample frames of one sample that may wait
     * @param progress steps of each sample that the reader was shown before
     * @param encoder makes the event of a frame, given the steps of each sample shown with it; away from this context
     * @param listener hears of previews that the reader does not get
     */
    record Delivery(
            int framesPerSample,
            List<Integer> progress,
            BiFunction<Frame, List<Integer>, Future<GenerationEvent.Stepped>> encoder,
            GenerationListener listener) {}

    /** What makes the frames; called on the owner's context. */
    interface Source {
        /** Told once that the reader is done with the stream: it took all, or this went wrong. */
        void readerDone(Optional<Failure> failure);

        void pause();

        /** Why the work cannot go on now, if so. */
        Optional<Failure> proceed();
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public Future<GenerationEvent> next() {
        return read.next(this::deliver);
    }

    @Override
    public void cancel() {
        owner.runOnContext(v -> {
            if (!(end instanceof GenerationEvent.Failed) && !read.ended()) {
                source.readerDone(Optional.of(new Failure.Cancelled()));
            }
        });
    }

    @Override
    public void pause() {
        owner.runOnContext(v -> {
            if (end == null) {
                source.pause();
            }
        });
    }

    @Override
    public Future<Optional<Failure>> proceed() {
        Context caller = vertx.getOrCreateContext();
        Promise<Optional<Failure>> answer = Promise.promise();
        owner.runOnContext(v -> {
            Optional<Failure> failure = end == null ? source.proceed() : Optional.empty();
            caller.runOnContext(w -> answer.complete(failure));
        });
        return answer.future();
    }

    /**
     * Whether another frame of this sample would find room, so that it is worth making.
     *
     * @param coming frames of it that will be offered first
     */
    boolean wants(int sample, int coming) {
        Deque<Frame> frames = due.get(sample);
        // A reader who waits takes the first of them at once.
        int taken = read.waits() && !encoding && due.isEmpty() ? Math.min(1, coming) : 0;
        int waiting = (frames == null ? 0 : frames.size()) + coming - taken;
        return end == null && waiting < delivery.framesPerSample();
    }

    /** Makes a frame due, in the place of the sample's oldest one if as many wait as may. */
    void offer(Frame frame) {
        if (end != null) {
            return;
        }
        Deque<Frame> frames = due.computeIfAbsent(frame.sample(), sample -> new ArrayDeque<>());
        frames.add(frame);
        // A sample's final picture is its last frame, so what goes is always a preview.
        if (frames.size() > delivery.framesPerSample()) {
            frames.remove();
            framesSkipped++;
            delivery.listener().conflated();
        }
        deliver();
    }

    /** Counts previews that were not even made, as the reader had no room, or made before it came. */
    void skip(int previews) {
        framesSkipped += previews;
        delivery.listener().skipped(previews);
    }

    /** Ends the stream once the frames that are due have been taken. */
    void finish(int nfe, long elapsedNanos) {
        if (end == null) {
            end = new GenerationEvent.Finished(nfe, framesSkipped, elapsedNanos);
            deliver();
        }
    }

    /** Ends the stream now and drops what was not taken, unless the reader has its end already or all before it. */
    void fail(Failure failure) {
        boolean allTaken = end instanceof GenerationEvent.Finished && due.isEmpty() && !encoding;
        if (end instanceof GenerationEvent.Failed || read.ended() || allTaken) {
            return;
        }
        end = new GenerationEvent.Failed(
                failure instanceof Failure.Unavailable u
                        ? new Failure.Unavailable(u.message(), u.retryAfter(), newestToken)
                        : failure);
        due.clear();
        if (read.waits()) {
            giveEnd(end);
        }
    }

    private void deliver() {
        if (!read.waits() || encoding) {
            return;
        }
        if (!due.isEmpty()) {
            Frame frame = take();
            encoding = true;
            shown.set(frame.sample(), frame.last() ? Integer.MAX_VALUE : frame.step());
            delivery.encoder().apply(frame, List.copyOf(shown)).onComplete(this::deliver);
        } else if (end != null) {
            giveEnd(end);
        }
    }

    /** The oldest frame of the sample whose turn it is; then it is the next sample's turn. */
    private Frame take() {
        int sample = due.keySet().iterator().next();
        Deque<Frame> frames = due.remove(sample);
        Frame frame = frames.remove();
        if (!frames.isEmpty()) {
            due.put(sample, frames);
        }
        return frame;
    }

    private void deliver(AsyncResult<GenerationEvent.Stepped> encoded) {
        boolean failed = end instanceof GenerationEvent.Failed;
        if (encoded.failed() && !failed) {
            LOG.error("request {}: a picture could not be encoded", accepted.requestId(), encoded.cause());
            // Before this frame counts as taken, which may be the last one.
            source.readerDone(Optional.of(new Failure.Internal(accepted.requestId())));
            failed = true;
        }
        encoding = false;
        if (failed) {
            return;
        }
        newestToken = encoded.result().resumeToken();
        read.give(encoded.result());
    }

    private void giveEnd(GenerationEvent event) {
        read.end(event);
        if (event instanceof GenerationEvent.Finished) {
            source.readerDone(Optional.empty());
        }
    }
}
