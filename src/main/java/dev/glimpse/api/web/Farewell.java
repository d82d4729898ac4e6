package dev.glimpse.api.web;

import dev.glimpse.generation.Failure;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A connection's word that it is to end soon, for the calls on it that would stay open until they are cut. Confined to
 * the event loop of the connection.
 */
public final class Farewell {
    /** What such a call ends with. */
    public static final Failure.Unavailable ENDING =
            new Failure.Unavailable("the server ends this connection; connect again", Duration.ofSeconds(1));

    private static final AttributeKey<Farewell> KEY = AttributeKey.valueOf(Farewell.class, "said");

    private final Set<Runnable> listeners = new LinkedHashSet<>();
    private boolean said;

    private Farewell() {}

    /** That of a connection. */
    public static Farewell of(HttpConnection connection) {
        if (!(connection instanceof HttpServerConnection server)) {
            throw new IllegalArgumentException("connection: " + connection + " (expected: one of a server)");
        }
        var place = server.channelHandlerContext().channel().attr(KEY);
        Farewell farewell = place.get();
        if (farewell == null) {
            farewell = new Farewell();
            place.set(farewell);
        }
        return farewell;
    }

    /** Tells everybody who listens, and whoever will; once. */
    public void say() {
        if (!said) {
            said = true;
            List.copyOf(listeners).forEach(Runnable::run);
            listeners.clear();
        }
    }

    /** Whether it has been said. */
    boolean isSaid() {
        return said;
    }

    /**
     * Listens for it.
     *
     * @param listener unlike any other; called at once if it has been said
     * @return forgets the listener
     */
    public Runnable hear(Runnable listener) {
        if (said) {
            listener.run();
        } else {
            listeners.add(listener);
        }
        return () -> listeners.remove(listener);
    }
}
