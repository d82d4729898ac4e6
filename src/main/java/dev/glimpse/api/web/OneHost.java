package dev.glimpse.api.web;

import dev.glimpse.api.json.MessageFields;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * Refuses requests that call this server by more than one name (RFC 9112, section 3.2): of two, a proxy on the way may
 * have judged by the other one. It stands before every door. Thread-safe.
 */
public final class OneHost implements Handler<HttpServerRequest> {
    private final Handler<HttpServerRequest> doors;

    public OneHost(Handler<HttpServerRequest> doors) {
        this.doors = doors;
    }

    @Override
    public void handle(HttpServerRequest request) {
        List<String> names = request.headers().getAll(HttpHeaders.HOST);
        // Over HTTP/2, Host may stand beside the authority, which alone counts.
        if (names.size() > 1 && request.version() != HttpVersion.HTTP_2) {
            String message = MessageFields.refused("Host", String.join(", ", names), "one")
                    .getMessage();
            Problem.of(400, "invalid_argument", message).answer(request);
        } else {
            doors.handle(request);
        }
    }
}
