package dev.glimpse.observability;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;

/**
 * How busy the server is, told to a balancer with the answer to a request that asks for it: ORCA's report as text, in a
 * trailer of a gRPC answer that has some and in a header of any other. It tells of the moment in which the answer of
 * gRPC begins, and of that in which any other request came.
 */
final class LoadReport {
    private static final String ASKED = "endpoint-load-metrics-format";
    private static final String REPORT = "endpoint-load-metrics";
    private static final String GRPC = "application/grpc";

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
        if (type != null && type.startsWith(GRPC)) {
            response.headersEndHandler(headersComplete -> {
                String load = text();
                if (hasTrailers(response.headers())) {
                    // Not by putTrailer, which an answer refuses that is given at once.
                    response.trailers().set(REPORT, load);
                } else {
                    response.putHeader(REPORT, load);
                }
            });
        } else {
            response.putHeader(REPORT, text());
        }
    }

    /**
     * Whether a gRPC call's answer has trailers, which a refusal has not: its status is among the headers, which end
     * it. A trailer of its own would come behind them and be taken for the status.
     */
    private static boolean hasTrailers(MultiMap headers) {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith(GRPC) && !headers.contains("grpc-status");
    }

    private String text() {
        return String.format(
                Locale.ROOT,
                "TEXT application_utilization=%.3f,named_metrics.queue_nfe=%d,named_metrics.active_trajectories=%d,"
                        + "named_metrics.estimated_wait_seconds=%.3f",
                core.queueFill(),
                core.queuedNfe(),
                core.trajectories(),
                core.expectedWaitSeconds());
    }
}
