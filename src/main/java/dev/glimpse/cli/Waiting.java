package dev.glimpse.cli;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The waiting of a thread that starts or closes a server, which must not be an event loop. */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

    private Waiting() {}

    /** What comes of it; its failure is thrown. */
    static <T> T await(Future<T> future, Duration limit) throws InterruptedException {
        return get(future.toCompletionStage().toCompletableFuture(), limit);
    }

    /**
     * The same, but not beyond somebody's wish to stop.
     *
     * @param stop completed with the name of the wish
     * @throws CancellationException with that name
     */
    static <T> T await(Future<T> future, Duration limit, CompletableFuture<String> stop) throws InterruptedException {
        CompletableFuture<T> wanted = future.toCompletionStage().toCompletableFuture();
        get(CompletableFuture.anyOf(wanted, stop), limit);
        goOnUnless(stop);
        return get(wanted, limit);
    }

    /** @throws CancellationException with the name of the wish, if there is one */
    static void goOnUnless(CompletableFuture<String> stop) {
        if (stop.isDone()) {
            throw new CancellationException(stop.join());
        }
    }

    /** Waits for something to close, however that ends. */
    static void quietly(Future<Void> future, Duration limit, String what) {
        try {
            await(future, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A client that answers no closing handshake is no news.
            LOG.debug("Closing {}: {}", what, e.getMessage());
        }
    }

    private static <T> T get(CompletableFuture<T> future, Duration limit) throws InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof OutOfMemoryError cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer within " + limit.toSeconds() + " s", e);
        }
    }
}
