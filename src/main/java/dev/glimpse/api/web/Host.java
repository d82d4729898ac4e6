package dev.glimpse.api.web;

import dev.glimpse.api.json.MessageFields;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Objects;
import java.util.Optional;

/** The header Host of a request (RFC 9110, section 7.2), without which Vert.x gives it no route. */
public final class Host {
    private Host() {}

    /** What is wrong with it, if so; HTTP/1.0 can do without. */
    public static Optional<String> refusal(HttpServerRequest request) {
        if (request.authority() != null || request.version() == HttpVersion.HTTP_1_0) {
            return Optional.empty();
        }
        String given = Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), "none");
        return Optional.of(MessageFields.refused("Host", given, "the name of this server, and its port if need be")
                .getMessage());
    }
}
