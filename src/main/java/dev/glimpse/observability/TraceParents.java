package dev.glimpse.observability;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The traces that clients began: what {@code traceparent} says of an HTTP request, kept in the request's Vert.x
 * context. A gRPC call is an HTTP request, its metadata are the headers; a WebSocket stays in the context of its
 * upgrade.
 *
 * <p>Found by Vert.x as a service, since places in a context have to be known before the first one is made.
 */
public final class TraceParents implements VertxServiceProvider {
    private static final ContextLocal<Context> PARENT = ContextLocal.registerLocal(Context.class);
    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable MultiMap headers, String key) {
            return headers == null ? null : headers.get(key);
        }
    };

    @Override
    public void init(VertxBootstrap bootstrap) {
        // Loading this class has registered the place.
    }

    /** Remembers the trace that a request belongs to, if it says so; on the request's context. */
    static void remember(HttpServerRequest request) {
        io.vertx.core.Context here = Vertx.currentContext();
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), request.headers(), HEADERS);
        if (here != null && Span.fromContext(parent).getSpanContext().isValid()) {
            here.putLocal(PARENT, parent);
        }
    }

    /** The trace of whoever asks on this context; none if the request named none. */
    static Context ofThisContext() {
        io.vertx.core.Context here = Vertx.currentContext();
        Context parent = here == null ? null : here.getLocal(PARENT);
        return parent == null ? Context.root() : parent;
    }
}
