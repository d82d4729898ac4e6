package dev.glimpse.api.web;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;

/**
 * What the body of a request is held to, unless it is one of gRPC.
 *
 * @param maxBytes most that it may have
 * @param patience how long it may take behind the headers; over HTTP/1.1 {@link RequestPatience} sees to that
 */
public record BodyBounds(int maxBytes, Duration patience) {
    /** Of RFC 9113, section 7: with all of its answer there, a client need not send the rest. */
    private static final long NO_ERROR = 0;

    public BodyBounds {
        if (maxBytes < 1 || patience.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "bounds: " + maxBytes + " bytes, " + patience + " (expected: at least 1, and 1 ms)");
        }
    }

    /**
     * Lets a request go on, whose body may still be on its way; on a route before all others, as also those have bodies
     * that are answered without being read.
     */
    public void expect(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
            long timer = context.vertx().setTimer(patience.toMillis(), id -> expire(context));
            request.end().onComplete(end -> context.vertx().cancelTimer(timer));
        }
        context.next();
    }

    /** Reads a body. */
    public BodyHandler reader() {
        return BodyHandler.create(false).setBodyLimit(maxBytes);
    }

    /** Fails the route that waits for the body, whose door answers; a stream that has its answer already just ends. */
    private static void expire(RoutingContext context) {
        // Lets go of what has come, and of those who would take a body that ends later for a request.
        context.request().handler(null).endHandler(null);
        // Behind an answer nothing would take the failure, and Vert.x would log it as the server's own.
        if (!context.response().ended()) {
            context.fail(408);
        }
        context.response().reset(NO_ERROR);
    }
}
