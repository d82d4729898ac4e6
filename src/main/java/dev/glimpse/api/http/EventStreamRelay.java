package dev.glimpse.api.http;

import dev.glimpse.access.Grant;
import dev.glimpse.api.json.EventJson;
import dev.glimpse.api.json.FailureJson;
import dev.glimpse.api.json.RetryHint;
import dev.glimpse.api.web.EventStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The path of one generation's events to a reader of server-sent events. It takes the next event only when the one
 * before has left, so that what a slow client does not take is never made.
 *
 * <p>Each event's id is the token that resumes behind it, so a browser that connects again goes on where it was. The id
 * of the last event says that there is nothing to go on with.
 */
final class EventStreamRelay {
    /** The id behind which nothing comes. */
    static final String END = "end";

    private static final Logger LOG = LoggerFactory.getLogger(EventStreamRelay.class);

    private final GenerationStream stream;
    private final EventStream out;
    private final Context context = Vertx.currentContext();

    EventStreamRelay(GenerationStream stream, EventStream out) {
        this.stream = stream;
        this.out = out;
    }

    void start() {
        out.onLeft(stream::cancel);
        // Behind the newest id: with another key the client may go on.
        JsonObject revoked = new JsonObject().put("code", "unauthenticated").put("message", Grant.REVOKED);
        out.onRevoked("failed", typed("failed", revoked));
        GenerationEvent.Accepted accepted = stream.accepted();
        send("accepted", accepted.terms().resumeToken(), EventJson.accepted(accepted));
    }

    /**
     * Tells a reader that came back when to come back again, behind the same event. A browser comes back to an answer
     * of status 200 alone, and takes any other one for the end.
     */
    static void postpone(EventStream out, String lastEvent, Failure failure) {
        out.end(
                "failed",
                lastEvent,
                typed("failed", FailureJson.describe(failure)),
                failure.retry().map(RetryHint::millis));
    }

    private void send(String type, String id, JsonObject event) {
        // A lost client has cancelled the stream already, so a failed write needs no answer.
        out.send(type, id, typed(type, event)).onSuccess(v -> context.runOnContext(turn -> pull()));
    }

    private void pull() {
        stream.next().onSuccess(this::deliver).onFailure(this::broken);
    }

    private void deliver(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            JsonObject json = EventJson.stepped(
                            stepped, stream.accepted().terms().format())
                    .put("image", EventJson.image(stepped));
            send("step", stepped.resumeToken(), json);
        } else if (event instanceof GenerationEvent.Finished finished) {
            end("finished", END, EventJson.finished(finished), Optional.empty());
        } else if (event instanceof GenerationEvent.Failed failed) {
            fail(failed.failure());
        } else {
            broken(new IllegalStateException("a stream was accepted twice"));
        }
    }

    private void fail(Failure failure) {
        // What may still be done, here or elsewhere, keeps the id of the last event, and its client goes on there.
        Optional<Duration> retry = failure.retry();
        end("failed", retry.isPresent() ? "" : END, FailureJson.describe(failure), retry);
    }

    private void end(String type, String id, JsonObject event, Optional<Duration> retry) {
        out.end(type, id, typed(type, event), retry.map(RetryHint::millis));
    }

    private void broken(Throwable bug) {
        String requestId = stream.accepted().requestId();
        LOG.error("Request {} broke", requestId, bug);
        stream.cancel();
        fail(new Failure.Internal(requestId));
    }

    /** The event with its type in front, as the WebSocket has it. */
    private static JsonObject typed(String type, JsonObject event) {
        return new JsonObject().put("type", type).mergeIn(event);
    }
}
