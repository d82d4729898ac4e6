package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where pictures that clients send are read and resized: off the event loops, and on threads of their own, so that no
 * frame waits behind a picture of somebody who may not even be admitted. Any thread.
 */
final class PictureIntake {
    /** Requests that may wait to be read, those that are read included; a large picture takes a tenth of a second. */
    static final int MOST = 64;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final List<Runnable> refusals = new ArrayList<>();
    private boolean closed;

    PictureIntake(Vertx vertx, int threads) {
        this.vertx = vertx;
        this.threads = vertx.createSharedWorkerExecutor("picture-readers", threads);
    }

    /**
     * What comes of reading a request's pictures, on the caller's context.
     *
     * @param refused makes the answer to one that finds too many before it, or that is not read before this closes
     */
    synchronized <T> Future<T> read(Supplier<T> reading, Function<Failure, T> refused) {
        if (closed) {
            return Future.succeededFuture(refused.apply(Dispatcher.shuttingDown()));
        }
        if (refusals.size() == MOST) {
            return Future.succeededFuture(refused.apply(new Failure.Overloaded(TRY_AGAIN)));
        }
        Context caller = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        Runnable refusal = () -> caller.runOnContext(v -> answer.tryComplete(refused.apply(Dispatcher.shuttingDown())));
        refusals.add(refusal);
        threads.executeBlocking(reading::get, false).onComplete(done -> {
            waitNoMore(refusal);
            caller.runOnContext(v -> {
                if (done.succeeded()) {
                    answer.tryComplete(done.result());
                } else {
                    answer.tryFail(done.cause());
                }
            });
        });
        return answer.future();
    }

    /**
     * Resolves a request, on the caller's thread where that takes no time.
     *
     * @param pictures whether pictures are read and resized for it, which no event loop should wait for
     */
    Future<Resolution> resolve(boolean pictures, Supplier<Resolution> resolving) {
        return pictures ? read(resolving, Resolution.Refused::new) : Future.succeededFuture(resolving.get());
    }

    private synchronized void waitNoMore(Runnable refusal) {
        refusals.remove(refusal);
    }

    /** Refuses at once whatever waits, as its threads never come to it once they have been told to end. */
    synchronized Future<Void> close() {
        closed = true;
        refusals.forEach(Runnable::run);
        return threads.close();
    }
}
