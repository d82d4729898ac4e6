package dev.glimpse.access;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells browsers which answers they may show to pages of other origins (Fetch Standard, section 3.3, CORS). It stands
 * before every door; it refuses nothing but questions, as a browser asks before it sends what such a page could not
 * send anyway. Behind it the header Host says by which name a client calls this server, in every version of HTTP.
 */
public final class CrossOrigin implements Handler<HttpServerRequest> {
    private static final String METHODS = "GET, POST";

    /**
     * Headers of gRPC-Web, of REST and of tracing that a page may set, besides metadata of its own that it asks for.
     */
    private static final String REQUEST_HEADERS = "authorization, content-type, grpc-accept-encoding, grpc-timeout,"
            + " inference-header-content-length, last-event-id, traceparent, tracestate, x-grpc-web, x-user-agent";

    /** Headers that pages may read; without those of pictures they could make none of them again. */
    private static final String RESPONSE_HEADERS = "glimpse-model, glimpse-model-version, glimpse-nfe,"
            + " glimpse-request-id, glimpse-seed, grpc-encoding, grpc-message, grpc-status, grpc-status-details-bin,"
            + " inference-header-content-length, retry-after, www-authenticate";

    /**
     * Of what a page asks for: a field name (RFC 9110, section 5.1), and as many of them as any sensible client has.
     */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

    private static final int MOST_NAMES = 64;

    /** As long as Chromium remembers an answer at most. */
    private static final String MAX_AGE_SECONDS = "7200";

    private final Origins origins;
    private final Handler<HttpServerRequest> doors;

    public CrossOrigin(Origins origins, Handler<HttpServerRequest> doors) {
        this.origins = origins;
        this.doors = doors;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!request.headers().contains(HttpHeaders.HOST) && request.authority() != null) {
            // HTTP/2 has a field of its own for it, which Vert.x keeps apart from the headers.
            request.headers().set(HttpHeaders.HOST, host(request));
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            doors.handle(request);
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        boolean allowed = origins.allows(origin, host(request));
        if (allowed) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        boolean question = request.method() == HttpMethod.OPTIONS
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (question) {
            answer(request, allowed);
            return;
        }
        if (allowed) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
        doors.handle(request);
    }

    private static void answer(HttpServerRequest request, boolean allowed) {
        HttpServerResponse response = request.response();
        if (allowed) {
            response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, requestHeaders(request))
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
        response.setStatusCode(allowed ? 204 : 403).end();
    }

    /** Metadata is the client's own, and none of it gives a page more than {@code authorization} does. */
    private static String requestHeaders(HttpServerRequest request) {
        Stream<String> asked = request.headers().getAll(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS).stream()
                .flatMap(value -> Arrays.stream(value.split(",", MOST_NAMES + 1)))
                .map(String::strip)
                .filter(name -> NAME.matcher(name).matches())
                .limit(MOST_NAMES);
        return Stream.concat(Stream.of(REQUEST_HEADERS), asked).collect(Collectors.joining(", "));
    }

    /** The name that a client calls this server by, with the port if it is no usual one. */
    private static String host(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority == null ? "" : authority.toString();
    }
}
