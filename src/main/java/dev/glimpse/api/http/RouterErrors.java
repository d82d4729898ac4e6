package dev.glimpse.api.http;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.web.Host;
import dev.glimpse.api.web.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers of a router to what no route of it answers, in the form of RFC 9457. */
public final class RouterErrors {
    private static final Logger LOG = LoggerFactory.getLogger(RouterErrors.class);

    private RouterErrors() {}

    /** Adds them. */
    public static void mount(Router router) {
        router.errorHandler(400, RouterErrors::unreadable);
        router.errorHandler(404, RouterErrors::unknown);
        router.errorHandler(405, context -> {
            String allowed = String.join(", ", methods(router, context));
            context.response().putHeader(HttpHeaders.ALLOW, allowed);
            String method = context.request().method().name();
            String message = MessageFields.refused("method", method, allowed).getMessage();
            error(context, 405, "method_not_allowed", message);
        });
        router.errorHandler(500, RouterErrors::broken);
    }

    /** Host and path alone are refused before any route; whatever else is malformed, its own route knows. */
    static void unreadable(RoutingContext context) {
        String path = String.valueOf(context.request().path());
        String message = Host.refusal(context.request())
                .orElseGet(() -> MessageFields.refused("path", path, "percent-encoded UTF-8 that begins with /")
                        .getMessage());
        error(context, 400, "invalid_argument", message);
    }

    private static void unknown(RoutingContext context) {
        String message = MessageFields.refused("path", context.request().path(), "one at which this server answers")
                .getMessage();
        error(context, 404, "not_found", message);
    }

    /** What the routes of a path take (RFC 9110, section 15.5.6). */
    private static Set<String> methods(Router router, RoutingContext context) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && isOf(route, context.normalizedPath())) {
                route.methods().forEach(method -> methods.add(method.name()));
            }
        }
        return methods;
    }

    private static boolean isOf(Route route, String path) {
        if (route.getPath() == null) {
            return false;
        }
        String[] wanted = route.getPath().split("/");
        String[] given = path.split("/");
        boolean same = wanted.length == given.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = wanted[i].equals(given[i]) || wanted[i].startsWith(":");
        }
        return same;
    }

    private static void broken(RoutingContext context) {
        LOG.error("{} {} broke", context.request().method(), context.request().path(), context.failure());
        error(context, 500, "internal", "internal error; the server's log has it");
    }

    private static void error(RoutingContext context, int status, String code, String message) {
        Problem.of(status, code, message).answer(context);
    }
}
