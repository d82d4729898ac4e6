package dev.glimpse.generation;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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
    private final GenerationEvent.Accepted accepted;
    private final Function<Frame, Future<byte[]>> encoder;
    /** Told once, on the owner's context, that the reader is done with the stream: it took all, or this went wrong. */
    private final Consumer<Optional<Failure>> readerDone;

    private final int framesPerSample;

    /** The frames of each sample, the samples in the order in which they are served next. */
    private final Map<Integer, Slot> due = new LinkedHashMap<>();

    private @Nullable Reader reader;
    private boolean encoding;
    private int framesSkipped;
    private @Nullable GenerationEvent end;
    private boolean endGiven;

    RequestStream(
            Vertx vertx,
            Context owner,
            GenerationEvent.Accepted accepted,
            int framesPerSample,
            Function<Frame, Future<byte[]>> encoder,
            Consumer<Optional<Failure>> readerDone) {
        this.vertx = vertx;
        this.owner = owner;
        this.accepted = accepted;
        this.framesPerSample = framesPerSample;
        this.encoder = encoder;
        this.readerDone = readerDone;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public Future<GenerationEvent> next() {
        Reader asking = new Reader(vertx.getOrCreateContext(), Promise.promise());
        owner.runOnContext(v -> ask(asking));
        return asking.promise.future();
    }

    @Override
    public void cancel() {
        owner.runOnContext(v -> {
            if (!(end instanceof GenerationEvent.Failed) && !endGiven) {
                readerDone.accept(Optional.of(new Failure.Cancelled()));
            }
        });
    }

    /** Whether the reader takes this sample's frames as fast as they are made. */
    boolean keepsUp(int sample) {
        Slot slot = due.get(sample);
        return slot == null || !slot.overflowed;
    }

    /** Makes a frame due, in the place of the sample's oldest one if as many wait as may. */
    void offer(Frame frame) {
        if (end != null) {
            return;
        }
        Slot slot = due.computeIfAbsent(frame.event().sample(), sample -> new Slot());
        slot.frames.add(frame);
        // A sample's final picture is its last frame, so what goes is always a preview.
        if (slot.frames.size() > framesPerSample) {
            slot.frames.remove();
            slot.overflowed = true;
            framesSkipped++;
        }
        deliver();
    }

    /** Counts a preview that was not even made, as the reader doesn't keep up. */
    void skip() {
        framesSkipped++;
    }

    /** Ends the stream once the frames that are due have been taken. */
    void finish(int nfe, long elapsedNanos) {
        if (end == null) {
            end = new GenerationEvent.Finished(nfe, framesSkipped, elapsedNanos);
            deliver();
        }
    }

    /** Ends the stream now and drops what was not taken, unless the reader has its end already. */
    void fail(Failure failure) {
        if (end instanceof GenerationEvent.Failed || endGiven) {
            return;
        }
        end = new GenerationEvent.Failed(failure);
        due.clear();
        if (reader != null) {
            giveEnd(end);
        }
    }

    private void ask(Reader asking) {
        if (endGiven || reader != null) {
            asking.refuse(endGiven ? "the stream has ended" : "the event before was not waited for");
            return;
        }
        reader = asking;
        deliver();
    }

    private void deliver() {
        if (reader == null || encoding) {
            return;
        }
        if (!due.isEmpty()) {
            Frame frame = take();
            encoding = true;
            encoder.apply(frame).onComplete(encoded -> deliver(frame, encoded));
        } else if (end != null) {
            giveEnd(end);
        }
    }

    /** The oldest frame of the sample whose turn it is; then it is the next sample's turn. */
    private Frame take() {
        int sample = due.keySet().iterator().next();
        Slot slot = due.remove(sample);
        Frame frame = slot.frames.remove();
        if (!slot.frames.isEmpty()) {
            due.put(sample, slot);
        }
        return frame;
    }

    private void deliver(Frame frame, AsyncResult<byte[]> encoded) {
        encoding = false;
        if (end instanceof GenerationEvent.Failed) {
            return;
        }
        if (encoded.failed()) {
            LOG.error("request {}: a picture could not be encoded", accepted.requestId(), encoded.cause());
            readerDone.accept(Optional.of(new Failure.Internal(accepted.requestId())));
            return;
        }
        give(frame.with(encoded.result()));
    }

    private void giveEnd(GenerationEvent event) {
        endGiven = true;
        give(event);
        if (event instanceof GenerationEvent.Finished) {
            readerDone.accept(Optional.empty());
        }
    }

    private void give(GenerationEvent event) {
        Reader served = reader;
        reader = null;
        if (served != null) {
            served.context.runOnContext(v -> served.promise.complete(event));
        }
    }

    /** The newest frames of a sample, oldest first. */
    private static final class Slot {
        final Deque<Frame> frames = new ArrayDeque<>();
        /** Whether a frame was dropped since the reader last had taken all of them. */
        boolean overflowed;
    }

    /** Someone waiting for the next event. */
    private record Reader(Context context, Promise<GenerationEvent> promise) {
        void refuse(String reason) {
            context.runOnContext(v -> promise.fail(new IllegalStateException(reason)));
        }
    }
}
