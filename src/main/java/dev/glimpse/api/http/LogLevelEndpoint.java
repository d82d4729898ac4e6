package dev.glimpse.api.http;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.BodyFailure;
import dev.glimpse.api.web.Problem;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The least level that is logged, told by {@code GET /v1/log-level} and changed by {@code PUT}, for the server's own
 * lines, while it runs. Meant for the admin port.
 */
public final class LogLevelEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(LogLevelEndpoint.class);
    private static final String PATH = "/v1/log-level";
    private static final int LONGEST_BODY = 1024;

    private final Supplier<String> level;
    private final Consumer<String> change;
    private final BodyBounds bodies;

    /**
     * @param level the least level that is logged
     * @param change logs from a level on, or throws an IllegalArgumentException that says why not
     * @param patience how long the body of a request may take behind the headers
     */
    public LogLevelEndpoint(Supplier<String> level, Consumer<String> change, Duration patience) {
        this.level = level;
        this.change = change;
        bodies = new BodyBounds(LONGEST_BODY, patience);
    }

    /** Adds both routes. */
    public void mount(Router router) {
        router.get(PATH).handler(this::tell);
        // Two routes, as Vert.x lets nothing run before a body's reader on its own one.
        router.put(PATH)
                .handler(bodies::expect)
                .handler(LogLevelEndpoint::refusePacked)
                .handler(LogLevelEndpoint::takeAsItIs);
        router.put(PATH).handler(bodies.reader()).handler(this::change).failureHandler(new BodyAnswer(bodies)::fail);
    }

    private static void refusePacked(RoutingContext context) {
        BodyFailure.packed(context.request())
                .ifPresentOrElse(refused -> BodyAnswer.refuse(context, refused), context::next);
    }

    /** Drops the type that curl gives a body unless it is told: Vert.x would take the JSON apart as a form. */
    private static void takeAsItIs(RoutingContext context) {
        context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
        context.next();
    }

    private void change(RoutingContext context) {
        try {
            String body = context.body().asString();
            JsonObject json = RequestFields.object("body", body == null ? "" : body);
            String asked = new MessageFields(json).text("level").orElse("none");
            change.accept(asked.toLowerCase(Locale.ROOT));
        } catch (InvalidFieldException e) {
            Problem.of(e.failure()).answer(context);
            return;
        } catch (IllegalArgumentException e) {
            BodyAnswer.refuse(context, new BodyFailure.Refused(400, String.valueOf(e.getMessage())));
            return;
        }
        tell(context);
    }

    private void tell(RoutingContext context) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(new JsonObject().put("level", level.get()).encode())
                .onFailure(cause -> LOG.debug("The operator left before the answer", cause));
    }
}
