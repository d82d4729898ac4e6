package dev.glimpse.api.web;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Grant;
import dev.glimpse.access.Origins;
import dev.glimpse.generation.Generator;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those in who may ask for pictures over plain HTTP or a WebSocket: callers that are known, and no pages of other
 * sites.
 */
public final class Doorway {
    private static final String GENERATOR = "glimpse.generator";
    private static final String GRANT = "glimpse.grant";
    private static final String REFUSAL = "glimpse.refusal";

    /** Origins that the log tells, each once: enough to see a proxy's fault, and too few to fill it. */
    private static final int MOST_TOLD = 16;

    private static final int LONGEST_TOLD = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);

    private final Entrance entrance;
    private final Origins origins;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param origins pages that may ask besides the server's own */
    public Doorway(Entrance entrance, Origins origins) {
        this.entrance = entrance;
        this.origins = origins;
    }

    /** How a door answers a request that is refused. */
    public interface Refusal {
        void answer(RoutingContext context, int status, String message);
    }

    /**
     * Lets a request go on if its caller may ask, with the core as that caller may use it; looks at where it comes from
     * and at its credentials.
     *
     * @param refusal answers with 403 to a page of another site, and with 401 to a caller that is not known
     */
    public void admit(RoutingContext context, Refusal refusal) {
        HttpServerRequest request = context.request();
        if (!fromHere(request)) {
            refusal.answer(context, 403, stranger(request));
            return;
        }
        context.put(REFUSAL, refusal);
        Entrance.Entry entry = entrance.enter(request.headers(), request.connection());
        if (entry instanceof Entrance.Entry.Admitted admitted) {
            context.put(GENERATOR, admitted.generator())
                    .put(GRANT, admitted.grant())
                    .next();
        } else {
            unknown(context, ((Entrance.Entry.Refused) entry).message());
        }
    }

    /** Lets a request go on whose body has come; what is done with it is the door's work. */
    public void take(RoutingContext context) {
        entrance.work(context::next);
    }

    /** Does what the door does with a message that has come behind an admitted request. */
    public void work(Runnable part) {
        entrance.work(part);
    }

    /** Answers an admitted request, which nothing else has answered, as its door answers a caller that is not known. */
    static void unknown(RoutingContext context, String message) {
        Refusal refusal = context.get(REFUSAL);
        context.response().putHeader("WWW-Authenticate", "Bearer");
        refusal.answer(context, 401, message);
    }

    /** The core as the caller of an admitted request may use it. */
    public static Generator generator(RoutingContext context) {
        return context.get(GENERATOR);
    }

    /** What the caller of an admitted request came in with. */
    public static Grant grant(RoutingContext context) {
        return context.get(GRANT);
    }

    /** What is expected in place of a page of another site. */
    private String stranger(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            return "Origin: none, from a page of another site (expected: one that the server's settings allow;"
                    + " what a page embeds tells it if the element has the attribute crossorigin)";
        }
        String host = request.getHeader(HttpHeaders.HOST);
        if (told.size() < MOST_TOLD && told.add(shortened(origin))) {
            LOG.warn(
                    "A page of {} may not ask, as it called this server {}: a proxy between them has to pass the header"
                            + " Host on, or access.origins to name the page; this is told once",
                    shortened(origin),
                    shortened(String.valueOf(host)));
        }
        return "Origin: " + origin + " (expected: this server's own, which is called " + host
                + ", or one that its settings allow)";
    }

    private static String shortened(String header) {
        return header.substring(0, Math.min(header.length(), LONGEST_TOLD));
    }

    /**
     * Whether a page of another site has not had this request sent: a picture or a stream of events in a page needs
     * nobody's leave, so what a browser says about where it comes from has to be looked at (Fetch Metadata Request
     * Headers, section 2).
     */
    private boolean fromHere(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean byAnotherSite = "cross-site".equals(request.getHeader("Sec-Fetch-Site"));
        return origin == null && byAnotherSite
                ? origins.allowsEvery() || isVisit(request)
                : origins.allows(origin, request.getHeader(HttpHeaders.HOST));
    }

    /**
     * Whether a browser's window goes to the answer itself, as by a link. That is in plain sight, and the page that has
     * the link learns nothing of it; what a browser fetches ahead of a visit is neither.
     */
    private static boolean isVisit(HttpServerRequest request) {
        return request.method() == HttpMethod.GET
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"))
                && !request.headers().contains("Sec-Purpose");
    }
}
