package dev.glimpse.observability;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;

/**
 * How busy the server is, told to a balancer with the answer to a request that asks for it: ORCA's report as text, in a
 * trailer of a gRPC answer and in a header of any other. It tells of the moment in which the request came.
 */
final class LoadReport {
    private static final String ASKED = "endpoint-load-metrics-format";
    private static final String REPORT = "endpoint-load-metrics";

    private final CoreMeter core;

    LoadReport(CoreMeter core) {
        this.core = core;
    }

    /** Adds the report to the answer if the request wants it as text. */
    void answer(HttpServerRequest request) {
        if (!"text".equalsIgnoreCase(request.getHeader(ASKED))) {
            return;
        }
        HttpServerResponse response = request.response();
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.startsWith("application/grpc")) {
            response.putTrailer(REPORT, text());
        } else {
            response.putHeader(REPORT, text());
        }
    }

    private String text() {
        return String.format(
                Locale.ROOT,
                "TEXT application_utilization=%.3f,named_metrics.queue_nfe=%d,named_metrics.active_trajectories=%d,"
                        + "named_metrics.estimated_wait_seconds=%.3f",
                core.fullestQueue(),
                core.queuedNfe(),
                core.trajectories(),
                core.expectedWaitSeconds());
    }
}
