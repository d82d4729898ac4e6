package dev.glimpse.api.http;

import dev.glimpse.api.web.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/**
 * Keeps web pages from changing anything at a port that asks nobody who calls. A page whose host's name suddenly means
 * this machine is of the same origin as its server, so no rule of browsers holds it back; but with every request that
 * may change something they say which page sent it (Fetch Standard, section 3.2), and other clients don't.
 */
public final class NoPages implements Handler<HttpServerRequest> {
    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Handler<HttpServerRequest> operators;

    /** @param operators answers what no page has sent, and what changes nothing */
    public NoPages(Handler<HttpServerRequest> operators) {
        this.operators = operators;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || HARMLESS.contains(request.method())) {
            operators.handle(request);
        } else {
            String message = "Origin: " + origin + " (expected: none, as no page may change anything here)";
            Problem.of(403, "permission_denied", message).answer(request);
        }
    }
}
