package dev.glimpse.api.web;

import dev.glimpse.access.Grant;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP request whose answer takes its time: it is answered once, by a body or by a stream of events, unless its
 * client leaves before. Confined to the event loop of its connection.
 */
public final class HttpCall {
    private static final Logger LOG = LoggerFactory.getLogger(HttpCall.class);

    /** Bytes that a client has to take in time: few, so that a slow one is not held for one that takes nothing. */
    private static final int PART_BYTES = 16 * 1024;

    /** Of RFC 9113, section 7; without an error a client would take what it has for all of the answer. */
    private static final long CANCEL = 8;

    private final Vertx vertx;
    private final RoutingContext request;
    private final HttpServerResponse response;
    private final EventStreamSettings settings;
    private final Duration longest;
    private final String path;

    /** Whether it has been answered or its client has left, so that nothing else may answer it. */
    private boolean over;

    /** Whether its client has taken the answer to its end, or has left. */
    private boolean done;

    private Runnable left = () -> {};
    private Runnable revocation;
    private Grant.@Nullable Hold hold;
    private @Nullable Long delivery;

    /**
     * The request of a context, which nothing else answers any more. When the grant is revoked that its caller came in
     * with, it is answered with 401, and an answer that is under way is broken off.
     *
     * @param settings also tell how long a client may take nothing of an answer that is no stream of events
     * @param longest that a client may take to read such an answer, however steadily it reads
     */
    public HttpCall(RoutingContext context, EventStreamSettings settings, Duration longest) {
        this.settings = settings;
        this.longest = longest;
        vertx = context.vertx();
        request = context;
        revocation = this::unknown;
        response = context.response();
        path = context.request().path();
        over = response.closed();
        done = over;
        // A reset stream and a lost connection show in one or both of these, depending on the protocol's version.
        response.exceptionHandler(cause -> leave());
        response.closeHandler(nothing -> leave());
        @Nullable Grant grant = Doorway.grant(context);
        if (grant != null && !over) {
            Context own = vertx.getOrCreateContext();
            hold = grant.hold(() -> own.runOnContext(v -> revoked()));
        }
    }

    /** What to do if the client leaves before its answer is complete; at once if it has. */
    public void onLeft(Runnable action) {
        if (over) {
            action.run();
        } else {
            left = action;
        }
    }

    /** What to do instead when the grant is revoked while the answer is written in parts; it has to end the answer. */
    void onRevoked(Runnable action) {
        revocation = action;
    }

    /** Adds a header to the answer; before it begins. */
    public HttpCall header(String name, String value) {
        if (!over) {
            response.putHeader(name, value);
        }
        return this;
    }

    /** Answers with a body; does nothing if the client has left. */
    public void answer(int status, String contentType, Buffer body) {
        header(HttpHeaders.CONTENT_TYPE.toString(), contentType);
        header(HttpHeaders.CONTENT_LENGTH.toString(), Integer.toString(body.length()));
        finish(() -> {
            response.setStatusCode(status);
            deliver(body, 0);
        });
    }

    /** Answers with a status alone, which no cache may keep; does nothing if the client has left. */
    public void answer(int status) {
        header(HttpHeaders.CACHE_CONTROL.toString(), "no-store");
        finish(() -> end(response.setStatusCode(status).end()));
    }

    /** Answers 200 and a stream of events. */
    public EventStream events() {
        header(HttpHeaders.CONTENT_TYPE.toString(), "text/event-stream; charset=utf-8");
        header(HttpHeaders.CACHE_CONTROL.toString(), "no-store");
        // The name is nginx's, which would else collect the events before it passes them on.
        header("X-Accel-Buffering", "no");
        if (!over) {
            response.setChunked(true);
        }
        return new EventStream(vertx, this, settings);
    }

    /**
     * Writes a part of the answer; the future completes when the network has taken it, and fails once all is over. A
     * client may take long for all parts: as long as it takes each in time, it reads.
     */
    Future<Void> write(Buffer part) {
        if (over) {
            return Future.failedFuture("the call is over");
        }
        try {
            return awaitTaken(response.write(part)).onFailure(cause -> leave());
        } catch (IllegalStateException e) {
            leave();
            return Future.failedFuture(e);
        }
    }

    /** Ends an answer that was written in parts. */
    void end() {
        finish(() -> end(response.end()));
    }

    /** Closes the way to a client that takes nothing, or that may have nothing more, as if it had left. */
    void abort() {
        if (!done) {
            leave();
            response.reset(CANCEL);
            new StalledConnection(request.request().connection()).cut();
        }
    }

    private void revoked() {
        if (over) {
            abort();
            return;
        }
        Runnable work = left;
        revocation.run();
        // After the last word, or what comes of its end would be told in its place.
        work.run();
    }

    private void unknown() {
        over = true;
        settle();
        Doorway.unknown(request, Grant.REVOKED);
    }

    private void finish(Runnable last) {
        if (over) {
            return;
        }
        over = true;
        attempt(last);
        if (!done) {
            // A client that takes a little now and then would keep the answer for hours.
            delivery = vertx.setTimer(Math.max(1, longest.toMillis()), id -> abort());
        }
    }

    private void attempt(Runnable writing) {
        try {
            writing.run();
        } catch (IllegalStateException e) {
            LOG.debug("{} was answered after its client left", path, e);
            settle();
        }
    }

    /**
     * Writes a body part by part and ends the answer behind it; Vert.x resets no stream whose end it was given, even if
     * its client takes nothing.
     */
    private void deliver(Buffer body, int begin) {
        int from = begin;
        while (from < body.length()) {
            int to = Math.min(body.length(), from + PART_BYTES);
            Future<Void> taken = response.write(body.slice(from, to));
            if (!taken.succeeded()) {
                awaitTaken(taken)
                        .onSuccess(nothing -> attempt(() -> deliver(body, to)))
                        .onFailure(cause -> settle());
                return;
            }
            from = to;
        }
        end(response.end());
    }

    private void end(Future<Void> end) {
        awaitTaken(end).onComplete(taken -> settle());
    }

    /** Closes the way to a client that does not take in time what was written. */
    private Future<Void> awaitTaken(Future<Void> taken) {
        if (!taken.isComplete()) {
            long timer = vertx.setTimer(settings.stalled().toMillis(), id -> abort());
            taken.onComplete(outcome -> vertx.cancelTimer(timer));
        }
        return taken.onFailure(cause -> LOG.debug("{} was answered while its client left", path, cause));
    }

    private void leave() {
        settle();
        if (!over) {
            over = true;
            left.run();
        }
    }

    private void settle() {
        done = true;
        if (hold != null) {
            hold.close();
        }
        if (delivery != null) {
            vertx.cancelTimer(delivery);
        }
    }
}
