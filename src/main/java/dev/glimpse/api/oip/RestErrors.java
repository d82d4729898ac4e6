package dev.glimpse.api.oip;

import dev.glimpse.api.json.RetryHint;
import dev.glimpse.api.web.HttpCall;
import dev.glimpse.api.web.WholeAnswer;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.ResumeRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The protocol's form of an error over REST: a status, and one sentence. */
final class RestErrors {
    private static final String JSON = "application/json";
    private static final Logger LOG = LoggerFactory.getLogger(RestErrors.class);

    private RestErrors() {}

    static Buffer body(String message) {
        return new JsonObject().put("error", message).toBuffer();
    }

    /** @param status of each failure */
    static void answer(HttpCall call, Failure failure, ToIntFunction<Failure> status) {
        failure.retry()
                .ifPresent(after ->
                        call.header(HttpHeaders.RETRY_AFTER.toString(), Long.toString(RetryHint.seconds(after))));
        call.answer(status.applyAsInt(failure), JSON, body(failure.message()));
    }

    /**
     * An error within an answer that has begun, with the status that it would have had before.
     *
     * @param status of each failure
     */
    static JsonObject within(Failure failure, ToIntFunction<Failure> status) {
        JsonObject json = within(failure.message(), status.applyAsInt(failure));
        failure.retry().ifPresent(after -> json.put(OipErrors.RETRY, RetryHint.millis(after)));
        return failure.resumeToken().isEmpty() ? json : json.put(ResumeRequest.FIELD, failure.resumeToken());
    }

    static JsonObject within(String message, int status) {
        return new JsonObject().put("error", message).put(OipErrors.CODE, status);
    }

    /** Answers a request that nothing else has answered. */
    static void answer(RoutingContext context, int status, String message) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        context.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        WholeAnswer.end(context.request(), body(message))
                .onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }
}
