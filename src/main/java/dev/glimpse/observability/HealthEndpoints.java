package dev.glimpse.observability;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three questions an orchestrator asks: {@code /startupz}, whether the server has started, {@code /readyz}, whether
 * it should get requests, and {@code /healthz}, whether the process should live. Meant for the admin port.
 */
public final class HealthEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoints.class);

    private final Checks checks;

    public HealthEndpoints(Checks checks) {
        this.checks = checks;
    }

    /**
     * The answers: empty for yes, else the reason why not. Asked on event loops, so they must not block.
     *
     * @param started whether every model is loaded and warmed up; once yes, always yes
     * @param ready whether requests are welcome
     * @param notes what is not as it should be though requests are welcome; one line each
     * @param alive whether waiting may still help, and a new process would not be better
     */
    public record Checks(
            Supplier<Optional<String>> started,
            Supplier<Optional<String>> ready,
            Supplier<List<String>> notes,
            Supplier<Optional<String>> alive) {}

    /** Adds the routes. */
    public void mount(Router router) {
        router.get("/startupz").method(HttpMethod.HEAD).handler(context -> answer(context, checks.started, List::of));
        router.get("/readyz").method(HttpMethod.HEAD).handler(context -> answer(context, checks.ready, checks.notes));
        router.get("/healthz").method(HttpMethod.HEAD).handler(context -> answer(context, checks.alive, List::of));
    }

    private static String ok(List<String> notes) {
        return Stream.concat(Stream.of("ok"), notes.stream()).collect(Collectors.joining("\n"));
    }

    private static void answer(RoutingContext context, Supplier<Optional<String>> check, Supplier<List<String>> notes) {
        Optional<String> reason = check.get();
        Buffer body = Buffer.buffer(reason.orElseGet(() -> ok(notes.get())));
        HttpServerResponse response = context.response()
                .setStatusCode(reason.isEmpty() ? 200 : 503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        // Over HTTP/2 Vert.x would send the body to HEAD, too.
        boolean head = context.request().method() == HttpMethod.HEAD;
        (head ? response.end() : response.end(body))
                .onFailure(cause -> LOG.debug("A probe left before its answer", cause));
    }
}
