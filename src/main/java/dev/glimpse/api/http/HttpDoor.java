package dev.glimpse.api.http;

import dev.glimpse.access.Entrance;
import dev.glimpse.api.web.WholeAnswer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for plain HTTP: the page at {@code /}, and {@code GET /v1/models}, the models served and the limits that
 * hold. Errors are JSON in the form of RFC 9457. Safe to mount on any number of event loops.
 */
public final class HttpDoor {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

    private static final String INDEX = "index.html";
    private static final List<String> PAGE_FILES = List.of(
            INDEX,
            "page.css",
            "icon.svg",
            "main.js",
            "controls.js",
            "format.js",
            "gallery.js",
            "key.js",
            "run.js",
            "socket.js",
            "timeline.js");

    /*
     * Everything the page needs comes from this server. Pictures may also come from memory (blob:, data:), and the
     * WebSocket schemes are named because older browsers don't count them as 'self'.
     */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' blob: data:; "
            + "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    private final ModelList models;
    private final DateHeader date = new DateHeader(InstantSource.system());
    private final Map<String, PageFile> page = new LinkedHashMap<>();

    /** Reads the page's files, so that a broken build shows at the start and not at the first visit. */
    public HttpDoor(Entrance entrance) {
        models = new ModelList(entrance);
        PAGE_FILES.forEach(name -> page.put(name, PageFile.load(name)));
    }

    /**
     * Adds the door's routes, its date and security headers on every answer of the router, and JSON bodies for the
     * errors that no route answers. Mount it before the other doors of the same router.
     */
    public void mount(Router router) {
        router.route().handler(context -> {
            begin(context.response());
            context.next();
        });
        page.forEach((name, file) -> get(router, "/" + name, context -> send(context, file)));
        get(router, "/", context -> send(context, page.get(INDEX)));
        get(router, "/v1/models", models::answer);
        RouterErrors.mount(router);
        router.errorHandler(400, context -> {
            // No handler has run before it.
            begin(context.response());
            RouterErrors.unreadable(context);
        });
    }

    private static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.get(path).method(HttpMethod.HEAD).handler(handler);
    }

    private void begin(HttpServerResponse response) {
        response.putHeader(HttpHeaders.DATE, date.value())
                .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
    }

    private static void send(RoutingContext context, PageFile file) {
        // The browser keeps the file but asks each time, so a new version of the server never meets an old page.
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.ETAG, file.etag());
        if (file.isAmong(context.request().headers().getAll(HttpHeaders.IF_NONE_MATCH))) {
            context.response().setStatusCode(304);
            context.response().end().onFailure(cause -> LOG.debug("A client left before its answer", cause));
            return;
        }
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, file.contentType());
        WholeAnswer.end(context.request(), file.bytes())
                .onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }
}
