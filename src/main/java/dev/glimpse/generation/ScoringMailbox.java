package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * What a reader has still to take of a request's events: the newest progress, and the end. Everything but the public
 * methods runs on the owner's context; answers hop back to the reader's own.
 */
final class ScoringMailbox implements ScoringStream {
    private final Vertx vertx;
    private final Context owner;
    private final ScoringEvent.Accepted accepted;
    private final Runnable cancelled;
    private ScoringEvent.@Nullable Progress newest;
    private @Nullable ScoringEvent end;
    private boolean endGiven;
    private @Nullable Reader reader;

    /** @param cancelled called on the owner's context when the reader wants no more */
    ScoringMailbox(Vertx vertx, Context owner, ScoringEvent.Accepted accepted, Runnable cancelled) {
        this.vertx = vertx;
        this.owner = owner;
        this.accepted = accepted;
        this.cancelled = cancelled;
    }

    /** Someone waiting for the next event. */
    private record Reader(Context context, Promise<ScoringEvent> promise) {}

    @Override
    public ScoringEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public Future<ScoringEvent> next() {
        Reader asking = new Reader(vertx.getOrCreateContext(), Promise.promise());
        owner.runOnContext(v -> ask(asking));
        return asking.promise.future();
    }

    @Override
    public void cancel() {
        owner.runOnContext(v -> cancelled.run());
    }

    /** Makes the newest progress due, in the place of one that was not taken. */
    void offer(ScoringEvent.Progress progress) {
        if (end == null) {
            newest = progress;
            deliver();
        }
    }

    /** Ends the stream, once. */
    void end(ScoringEvent event) {
        if (end == null) {
            newest = null;
            end = event;
            deliver();
        }
    }

    private void ask(Reader asking) {
        if (endGiven || reader != null) {
            String reason = endGiven ? "the stream has ended" : "the event before was not waited for";
            asking.context.runOnContext(v -> asking.promise.fail(new IllegalStateException(reason)));
            return;
        }
        reader = asking;
        deliver();
    }

    private void deliver() {
        Reader served = reader;
        ScoringEvent due = newest == null ? end : newest;
        if (served == null || due == null) {
            return;
        }
        reader = null;
        newest = null;
        endGiven = due == end;
        served.context.runOnContext(v -> served.promise.complete(due));
    }
}
