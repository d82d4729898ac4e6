package dev.glimpse.api.web;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * An answer as server-sent events (HTML Living Standard, section 9.2), each with JSON as its data.
 *
 * <p>Whoever sends an event when the one before has been taken keeps one event in memory, however slow the client is.
 * Confined to the event loop of its connection.
 */
public final class EventStream {
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    private final Vertx vertx;
    private final HttpCall call;
    private final long timer;
    private int writing;
    private boolean silent;
    private boolean ended;

    EventStream(Vertx vertx, HttpCall call, EventStreamSettings settings) {
        this.vertx = vertx;
        this.call = call;
        timer = vertx.setPeriodic(settings.heartbeat().toMillis(), id -> beat());
        call.onLeft(() -> vertx.cancelTimer(timer));
    }

    /** What to do if the client leaves before the end; at once if it has. */
    public void onLeft(Runnable action) {
        call.onLeft(() -> {
            vertx.cancelTimer(timer);
            action.run();
        });
    }

    /** What to end with, behind the newest id, if the grant is revoked that the client came in with. */
    public void onRevoked(String name, JsonObject data) {
        call.onRevoked(() -> {
            send(name, "", data).onComplete(written -> call.end());
            ended = true;
        });
    }

    /**
     * Sends an event; the future completes when the network has taken it, and fails when the client has left or may
     * have no more.
     *
     * @param name of the event; empty for the default one
     * @param id what a client shows to go on behind this event; empty: what it showed before
     */
    public Future<Void> send(String name, String id, JsonObject data) {
        return send(name, id, data, Optional.empty());
    }

    /** The same, and tells the client how many milliseconds it should wait before it connects again. */
    public Future<Void> send(String name, String id, JsonObject data, Optional<Long> retryMillis) {
        StringBuilder text = new StringBuilder();
        field(text, "event", name);
        field(text, "id", id);
        retryMillis.ifPresent(millis -> field(text, "retry", Long.toString(millis)));
        // As a buffer it is UTF-8, with half a surrogate pair escaped, which a client's id may hold.
        field(text, "data", data.toBuffer().toString());
        return write(Buffer.buffer(text.append('\n').toString()));
    }

    /** Sends the last event and ends the stream; nothing else is told from then on, even if the grant is revoked. */
    public void end(String name, String id, JsonObject data, Optional<Long> retryMillis) {
        send(name, id, data, retryMillis).onComplete(written -> end());
        call.onRevoked(call::abort);
    }

    /** Ends the stream. */
    public void end() {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(timer);
            call.end();
        }
    }

    private static void field(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(name).append(": ").append(value).append('\n');
        }
    }

    private Future<Void> write(Buffer bytes) {
        if (ended) {
            return Future.failedFuture("the stream has ended");
        }
        writing++;
        silent = false;
        return call.write(bytes).onComplete(written -> writing--);
    }

    private void beat() {
        if (writing > 0) {
            return;
        }
        if (silent) {
            write(COMMENT).onFailure(cause -> {});
        }
        silent = true;
    }
}
