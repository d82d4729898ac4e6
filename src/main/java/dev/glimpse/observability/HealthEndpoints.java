package dev.glimpse.observability;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two questions an orchestrator asks: {@code /healthz}, whether the process should live, and {@code /readyz},
 * whether it should get requests. Meant for the admin port.
 */
public final class HealthEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoints.class);

    private final Supplier<Optional<String>> notReadyBecause;

    /** @param notReadyBecause empty: ready; else the reason why not. Asked on event loops, so it must not block. */
    public HealthEndpoints(Supplier<Optional<String>> notReadyBecause) {
        this.notReadyBecause = notReadyBecause;
    }

    /** Adds both routes. */
    public void mount(Router router) {
        router.get("/healthz").method(HttpMethod.HEAD).handler(context -> answer(context, 200, "ok"));
        router.get("/readyz").method(HttpMethod.HEAD).handler(this::readiness);
    }

    private void readiness(RoutingContext context) {
        Optional<String> reason = notReadyBecause.get();
        answer(context, reason.isEmpty() ? 200 : 503, reason.orElse("ok"));
    }

    private static void answer(RoutingContext context, int status, String text) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(text)
                .onFailure(cause -> LOG.debug("A probe left before its answer", cause));
    }
}
