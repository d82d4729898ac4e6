package dev.glimpse.api.web;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Grant;
import dev.glimpse.access.Origins;
import dev.glimpse.generation.Generator;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Tells who may ask for pictures over plain HTTP: callers that are known, and no pages of other sites. */
public final class Doorway {
    /** Where a context keeps the grant that its caller came in with. */
    public static final String GRANT = "glimpse.grant";

    private final Entrance entrance;
    private final Origins origins;

    /** @param origins pages that may ask besides the server's own */
    public Doorway(Entrance entrance, Origins origins) {
        this.entrance = entrance;
        this.origins = origins;
    }

    /** The answer to a request. */
    public sealed interface Entry {
        /** The caller may ask, and this is the core as it may use it. */
        record Admitted(Generator generator, Grant grant) implements Entry {}

        /** No page of that site may ask; the status is 403. */
        record Foreign(String message) implements Entry {}

        /** The caller is not known; the status is 401, with the scheme Bearer. */
        record Unknown(String message) implements Entry {}
    }

    /** Looks at where a request comes from and at its credentials. */
    public Entry enter(HttpServerRequest request) {
        if (!fromHere(request)) {
            String origin = request.getHeader(HttpHeaders.ORIGIN);
            return new Entry.Foreign("Origin: " + (origin == null ? "another site" : origin)
                    + " (expected: this server's own or one that its settings allow)");
        }
        Entrance.Entry entry =
                entrance.enter(request.headers(), request.connection().remoteAddress());
        return entry instanceof Entrance.Entry.Admitted admitted
                ? new Entry.Admitted(admitted.generator(), admitted.grant())
                : new Entry.Unknown(((Entrance.Entry.Refused) entry).message());
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
                ? origins.allowsEvery()
                : origins.allows(origin, request.getHeader(HttpHeaders.HOST));
    }
}
