package dev.glimpse.api.web;

import dev.glimpse.api.json.FailureJson;
import dev.glimpse.api.json.RetryHint;
import dev.glimpse.generation.Failure;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error in the form of RFC 9457, with the code, the field and the retry hint that every door has. It is no answer to
 * anybody else, so that no cache may keep it: some would keep a 404 unless they are told.
 *
 * @param status HTTP status of the answer
 * @param members what is told beside title and status
 * @param retryAfter when the same request may succeed, if that is known
 */
public record Problem(int status, JsonObject members, Optional<Duration> retryAfter) {
    private static final String TYPE = "application/problem+json";
    private static final String UNCACHED = "no-store";
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

    /** An error that comes from no request of the core. */
    public static Problem of(int status, String code, String message) {
        return new Problem(status, new JsonObject().put("code", code).put("detail", message), Optional.empty());
    }

    /** Answers a request of a caller that is not let in, with 401 or 403. */
    public static void denied(RoutingContext context, int status, String message) {
        of(status, status == 401 ? "unauthenticated" : "permission_denied", message)
                .answer(context);
    }

    /** Why a request ended without its pictures. */
    public static Problem of(Failure failure) {
        JsonObject members = FailureJson.describe(failure);
        members.put("detail", members.remove("message"));
        return new Problem(status(failure), members, failure.retry());
    }

    private static int status(Failure failure) {
        if (failure instanceof Failure.InvalidField
                || failure instanceof Failure.Unsupported
                || failure instanceof Failure.ForeignToken) {
            return 400;
        } else if (failure instanceof Failure.ModelNotFound) {
            return 404;
        } else if (failure instanceof Failure.LimitReached || failure instanceof Failure.QuotaExceeded) {
            return 429;
        } else if (failure instanceof Failure.Overloaded || failure instanceof Failure.Unavailable) {
            return 503;
        } else if (failure instanceof Failure.DeadlineExceeded) {
            return 504;
        } else if (failure instanceof Failure.Cancelled) {
            // Only ever seen by those who have left; the number is the one that nginx logs for them.
            return 499;
        } else if (failure instanceof Failure.Internal) {
            return 500;
        }
        throw new AssertionError("failure without a status: " + failure);
    }

    private Buffer body() {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .mergeIn(members)
                .toBuffer();
    }

    private Optional<String> retrySeconds() {
        return retryAfter.map(after -> Long.toString(RetryHint.seconds(after)));
    }

    /** Answers a call with it. */
    public void answer(HttpCall call) {
        retrySeconds().ifPresent(seconds -> call.header(HttpHeaders.RETRY_AFTER.toString(), seconds));
        call.header(HttpHeaders.CACHE_CONTROL.toString(), UNCACHED);
        call.answer(status, TYPE, body());
    }

    /** Answers a request with it that nothing else has answered. */
    public void answer(RoutingContext context) {
        answer(context.request());
    }

    /** The same for a request that met no route. */
    public void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        retrySeconds().ifPresent(seconds -> response.putHeader(HttpHeaders.RETRY_AFTER, seconds));
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, UNCACHED);
        WholeAnswer.end(request, body()).onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }
}
