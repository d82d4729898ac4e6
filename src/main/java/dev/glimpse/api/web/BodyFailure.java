package dev.glimpse.api.web;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Why a request's body could not be read, before any door words it. */
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
     * @param bounds those of its body
     */
    static BodyFailure of(RoutingContext context, BodyBounds bounds) {
        int status = context.statusCode();
        if (context.failure() instanceof DecoderException) {
            return malformed(context);
        }
        // Vert.x gives a request that broke off the status of a success.
        if (context.response().closed() || status == 200) {
            return new Left();
        }
        return switch (status) {
            case 400 ->
                Host.refusal(context.request())
                        .<BodyFailure>map(message -> new Refused(400, message))
                        .orElseGet(() -> malformed(context));
            case 408 ->
                new Refused(
                        408,
                        "body: not all of it (expected: within "
                                + bounds.patience().toMillis() + " ms)");
            case 413 -> new Refused(413, "body: more (expected: at most " + bounds.maxBytes() + " bytes)");
            case 417 -> {
                String expect = context.request().getHeader(HttpHeaders.EXPECT);
                yield new Refused(417, "Expect: " + expect + " (expected: 100-continue)");
            }
            default -> new Bug();
        };
    }

    /** The refusal of a body that is packed, as its header says, before it is read; absent for one that is not. */
    public static Optional<Refused> packed(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding == null || encoding.equalsIgnoreCase("identity")
                ? Optional.empty()
                : Optional.of(unsupported("Content-Encoding", encoding, "identity"));
    }

    /** The same of a body that is packed or not of the one type that is taken. */
    static Optional<Refused> packedOrNot(String type, HttpServerRequest request) {
        String given = Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "none");
        return given.toLowerCase(Locale.ROOT).startsWith(type)
                ? packed(request)
                : Optional.of(unsupported("Content-Type", given, type));
    }

    private static Refused unsupported(String header, String value, String expected) {
        return new Refused(415, header + ": " + value + " (expected: " + expected + ")");
    }

    private static BodyFailure malformed(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String expected = type == null ? "whole and well framed" : "what its Content-Type says, " + type;
        return new Refused(400, "body: malformed (expected: " + expected + ")");
    }
}
