package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * What a reader has still to take of a request's events: the newest progress, and the end. Everything but the public
 * methods runs on the owner's context.
 */
final class ScoringMailbox implements ScoringStream {
    private final Context owner;
    private final PendingRead<ScoringEvent> read;
    private final ScoringEvent.Accepted accepted;
    private final Runnable cancelled;
    private ScoringEvent.@Nullable Progress newest;
    private @Nullable ScoringEvent end;

    /** @param cancelled called on the owner's context when the reader wants no more */
    ScoringMailbox(Vertx vertx, Context owner, ScoringEvent.Accepted accepted, Runnable cancelled) {
        this.owner = owner;
        read = new PendingRead<>(vertx, owner);
        this.accepted = accepted;
        this.cancelled = cancelled;
    }

    @Override
    public ScoringEvent.Accepted accepted() {
        return accepted;
    }

    @Override
    public Future<ScoringEvent> next() {
        return read.next(this::deliver);
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

    private void deliver() {
        if (!read.waits()) {
            return;
        }
        if (newest != null) {
            read.give(newest);
            newest = null;
        } else if (end != null) {
            read.end(end);
        }
    }
}
