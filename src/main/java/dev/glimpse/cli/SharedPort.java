package dev.glimpse.cli;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A port whose connections several event loops take in turns: to each belongs an HTTP server, and Vert.x has those
 * share a port that listen to the same address. Safe to use from any thread.
 */
final class SharedPort {
    /** Stands for one free port in Vert.x, the same for all who name this number; 0 gives each its own. */
    private static final int ANY_FREE = -1;

    private final List<Context> loops;
    private final List<HttpServer> servers;

    /**
     * @param loops one for each server
     * @param server makes one that is yet to listen, and is like any other
     */
    SharedPort(List<Context> loops, Supplier<HttpServer> server) {
        this.loops = List.copyOf(loops);
        servers = Stream.generate(server).limit(loops.size()).toList();
    }

    /** Event loops that differ from each other, and from those of what is deployed next. */
    static List<Context> loops(Vertx vertx, int count) {
        return Stream.generate(((VertxInternal) vertx)::createEventLoopContext)
                .limit(count)
                .map(Context.class::cast)
                .toList();
    }

    /** One of the servers; what new connections are shown by TLS, it tells the others. */
    HttpServer first() {
        return servers.get(0);
    }

    /** Opens the port, which is that of the first server, and lets the others in. */
    Future<Void> listen(int port, String host) {
        int shared = port == 0 ? ANY_FREE : port;
        return listen(0, shared, host)
                .compose(opened -> Future.join(Stream.iterate(1, i -> i + 1)
                        .limit(servers.size() - 1L)
                        .map(i -> listen(i, shared, host))
                        .toList()))
                .mapEmpty();
    }

    private Future<HttpServer> listen(int index, int port, String host) {
        return on(loops.get(index), () -> servers.get(index).listen(port, host));
    }

    /** Does something on an event loop, which then hears of what comes of it, as late as its connections live. */
    private static <T> Future<T> on(Context loop, Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        try {
            loop.runOnContext(v -> action.get().onComplete(done));
        } catch (RejectedExecutionException e) {
            done.fail(e);
        }
        return done.future();
    }

    /** The port in use. */
    int actual() {
        return first().actualPort();
    }

    /** Takes no more connections, and ends those that are open once they have nothing to do, or this is over. */
    Future<Void> shutdown(Duration grace) {
        return each(server -> server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Ends what is still open. */
    Future<Void> close() {
        return each(HttpServer::close);
    }

    private Future<Void> each(Function<HttpServer, Future<Void>> end) {
        return Future.join(Stream.iterate(0, i -> i + 1)
                        .limit(servers.size())
                        .map(i -> on(loops.get(i), () -> end.apply(servers.get(i))))
                        .toList())
                .mapEmpty();
    }
}
