package dev.glimpse.api.web;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** An answer whose body is at hand, to a request that may be HEAD. */
public final class WholeAnswer {
    private WholeAnswer() {}

    /**
     * Ends the answer to a request; to HEAD with all but the body, which Vert.x would send behind it over HTTP/2 (RFC
     * 9110, section 9.3.2).
     */
    public static Future<Void> end(HttpServerRequest request, Buffer body) {
        if (request.method() == HttpMethod.HEAD) {
            return request.response()
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        }
        return request.response().end(body);
    }
}
