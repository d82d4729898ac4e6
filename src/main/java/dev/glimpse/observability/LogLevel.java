package dev.glimpse.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * The least level that is logged, told by {@code GET /v1/log-level} and changed by {@code PUT}, for the server's own
 * lines, while it runs. Meant for the admin port.
 */
public final class LogLevel {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevel.class);
    private static final String PATH = "/v1/log-level";
    private static final String OWN = "dev.glimpse";
    /** Tells of clients' errors alone, and of each; logback.xml says the same of the level at the start. */
    private static final String CLIENTS = "io.vertx.core.net.impl.ConnectionBase";

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
    private static final int LONGEST_BODY = 1024;

    /** Adds both routes. */
    public void mount(Router router) {
        router.get(PATH).handler(this::tell);
        router.put(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY))
                .handler(this::change);
    }

    /** The least level that is logged: error, warn, info, debug or trace. */
    public String level() {
        return logger(OWN).getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Logs from that level on.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public void level(String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "level: " + level + " (expected: one of " + String.join(", ", LEVELS) + ")");
        }
        Level least = Level.valueOf(level.toUpperCase(Locale.ROOT));
        logger(OWN).setLevel(least);
        logger(CLIENTS).setLevel(Level.DEBUG.isGreaterOrEqual(least) ? Level.WARN : Level.OFF);
        LOG.warn("the log's level is {} from here on", level);
    }

    private void change(RoutingContext context) {
        String level = asked(context).toLowerCase(Locale.ROOT);
        try {
            level(level);
        } catch (IllegalArgumentException e) {
            refuse(context, String.valueOf(e.getMessage()));
            return;
        }
        tell(context);
    }

    private static String asked(RoutingContext context) {
        try {
            JsonObject body = context.body().asJsonObject();
            return body == null ? "" : String.valueOf(body.getValue("level", ""));
        } catch (DecodeException | ClassCastException e) {
            return "";
        }
    }

    private void tell(RoutingContext context) {
        answer(context, "application/json", new JsonObject().put("level", level()));
    }

    /** In the form that every error of this port has (RFC 9457). */
    private static void refuse(RoutingContext context, String message) {
        JsonObject problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", "Bad Request")
                .put("status", 400)
                .put("code", "invalid_argument")
                .put("detail", message);
        context.response().setStatusCode(400);
        answer(context, "application/problem+json", problem);
    }

    private static void answer(RoutingContext context, String type, JsonObject body) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.encode())
                .onFailure(cause -> LOG.debug("The operator left before the answer", cause));
    }

    private static Logger logger(String name) {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
    }
}
