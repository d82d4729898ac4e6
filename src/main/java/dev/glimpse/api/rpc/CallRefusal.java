package dev.glimpse.api.rpc;

import com.google.rpc.Status;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Base64;

/** A status as it stands on the wire, and the answer to a call that is nothing else. */
public final class CallRefusal {
    private CallRefusal() {}

    /** Adds the message and the details of a status, which may stand in headers or in trailers. */
    static void describe(Status status, MultiMap headers) {
        headers.set("grpc-message", PercentEncoding.of(status.getMessage()));
        headers.set(
                "grpc-status-details-bin", Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray()));
    }

    /**
     * Answers a call that no service has seen.
     *
     * @param contentType that of the call
     */
    public static void send(HttpServerResponse response, String contentType, Status status) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader("grpc-status", String.valueOf(status.getCode()))
                .putHeader("grpc-accept-encoding", "identity,gzip");
        describe(status, response.headers());
        response.end();
    }
}
