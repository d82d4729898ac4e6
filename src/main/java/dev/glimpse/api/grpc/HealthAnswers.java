package dev.glimpse.api.grpc;

import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.api.web.Farewell;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The answers of the standard health service: every name it knows serves exactly when the server is ready.
 *
 * <p>Vert.x brings such a service, but that one calls the empty name serving from the first moment, and keeps watchers
 * whose streams were reset.
 */
final class HealthAnswers {
    /** How soon a watcher learns of a change. */
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);

    /** A proxy drops what is silent for a minute, and so may the server, which pings nobody over HTTP/1.1. */
    private static final Duration WEB_SILENCE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Set<String> services;
    private final BooleanSupplier ready;
    private final Duration webSilence;

    /** @param services the names that can be asked for; the empty one stands for the whole server */
    HealthAnswers(Vertx vertx, Set<String> services, BooleanSupplier ready) {
        this(vertx, services, ready, WEB_SILENCE);
    }

    /** @param webSilence after which a watcher over gRPC-Web is told again what it knows */
    HealthAnswers(Vertx vertx, Set<String> services, BooleanSupplier ready, Duration webSilence) {
        this.vertx = vertx;
        this.services = Collections.unmodifiableSet(new TreeSet<>(services));
        this.ready = ready;
        this.webSilence = webSilence;
    }

    /** Answers once; an unknown name is an error. */
    void check(HealthCheckRequest request, StreamingCall<HealthCheckRequest, HealthCheckResponse> call) {
        String service = request.getService();
        if (services.contains(service)) {
            call.complete(response(status(service)));
        } else {
            String names = services.stream().filter(name -> !name.isEmpty()).collect(Collectors.joining(", "));
            String expected = "none for the whole server, or one of " + names;
            call.fail(
                    GrpcErrors.protocol(GrpcStatus.NOT_FOUND, "service: " + service + " (expected: " + expected + ")"));
        }
    }

    /**
     * Answers at once and after every change, until the client leaves or its connection is to end; over gRPC-Web now
     * and then besides, or the connection would be taken for idle. An unknown name is a status of its own.
     */
    void watch(HealthCheckRequest request, StreamingCall<HealthCheckRequest, HealthCheckResponse> call) {
        new Watch(request.getService(), call).start();
    }

    private ServingStatus status(String service) {
        if (!services.contains(service)) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return ready.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    /** One watcher. */
    private final class Watch {
        private final String service;
        private final StreamingCall<HealthCheckRequest, HealthCheckResponse> call;
        private ServingStatus told = ServingStatus.UNKNOWN;
        private Duration silent = Duration.ZERO;

        private Watch(String service, StreamingCall<HealthCheckRequest, HealthCheckResponse> call) {
            this.service = service;
            this.call = call;
        }

        private void start() {
            long timer = vertx.setPeriodic(WATCH_INTERVAL.toMillis(), id -> call.guard(this::look));
            call.onUnfinished(() -> vertx.cancelTimer(timer));
            call.onFarewell(this::leave);
            tell();
        }

        /** A server that shuts down is told first. */
        private void leave() {
            tell();
            call.fail(GrpcErrors.of(Farewell.ENDING));
        }

        private void look() {
            silent = silent.plus(WATCH_INTERVAL);
            tell();
        }

        private void tell() {
            ServingStatus now = status(service);
            boolean due = now != told || call.isWeb() && silent.compareTo(webSilence) >= 0;
            if (due && !call.writing()) {
                told = now;
                silent = Duration.ZERO;
                call.send(response(now));
            }
        }
    }
}
