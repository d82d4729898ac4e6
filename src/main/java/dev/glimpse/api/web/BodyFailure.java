package dev.glimpse.api.web;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Why a request failed whose body was to be read, in the words of no door. */
public sealed interface BodyFailure {
    /** The client has left before all of it came; nobody is there to be answered. */
    record Left() implements BodyFailure {}

    /** It cannot be taken, whatever is in it; the status is one of 4xx. */
    record Refused(int status, String message) implements BodyFailure {}

    /** The server itself is to blame. */
    record Bug() implements BodyFailure {}

    /**
     * What a failed context means.
     *
     * @param maxBytes most that a body may have
     */
    static BodyFailure of(RoutingContext context, int maxBytes) {
        int status = context.statusCode();
        if (context.failure() instanceof DecoderException) {
            return malformed(context);
        }
        // Vert.x gives a request that broke off the status of a success.
        if (context.response().closed() || status == 200) {
            return new Left();
        }
        return switch (status) {
            case 400 -> malformed(context);
            case 413 -> new Refused(413, "body: more (expected: at most " + maxBytes + " bytes)");
            case 417 -> {
                String expect = context.request().getHeader(HttpHeaders.EXPECT);
                yield new Refused(417, "Expect: " + expect + " (expected: 100-continue)");
            }
            default -> new Bug();
        };
    }

    private static BodyFailure malformed(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String expected = type == null ? "whole and well framed" : "what its Content-Type says, " + type;
        return new Refused(400, "body: malformed (expected: " + expected + ")");
    }
}
