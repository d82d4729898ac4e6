package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a stream of events, while one waits for the next. All but {@link #next} runs on the context of the
 * stream's owner; answers hop back to the reader's own.
 */
final class PendingRead<E> {
    private final Vertx vertx;
    private final Context owner;
    private @Nullable Reader<E> waiting;
    private boolean ended;

    PendingRead(Vertx vertx, Context owner) {
        this.vertx = vertx;
        this.owner = owner;
    }

    private record Reader<E>(Context context, Promise<E> promise) {}

    /**
     * Waits for the next event; any thread.
     *
     * @param asked called on the owner's context once somebody waits
     */
    Future<E> next(Runnable asked) {
        Reader<E> asking = new Reader<>(vertx.getOrCreateContext(), Promise.promise());
        owner.runOnContext(v -> {
            if (ended || waiting != null) {
                String reason = ended ? "the stream has ended" : "the event before was not waited for";
                asking.context.runOnContext(w -> asking.promise.fail(new IllegalStateException(reason)));
            } else {
                waiting = asking;
                asked.run();
            }
        });
        return asking.promise.future();
    }

    /** Whether somebody waits. */
    boolean waits() {
        return waiting != null;
    }

    /** Whether the last event was given. */
    boolean ended() {
        return ended;
    }

    /** Gives an event to whoever waits. */
    void give(E event) {
        Reader<E> served = waiting;
        if (served == null) {
            throw new IllegalStateException("nobody waits for " + event);
        }
        waiting = null;
        served.context.runOnContext(v -> served.promise.complete(event));
    }

    /** The same, for the last event. */
    void end(E event) {
        ended = true;
        give(event);
    }
}
