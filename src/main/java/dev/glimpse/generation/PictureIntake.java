package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final WorkerExecutor threads;
    private final AtomicInteger waiting = new AtomicInteger();

    PictureIntake(Vertx vertx, int threads) {
        this.threads = vertx.createSharedWorkerExecutor("picture-readers", threads);
    }

    /**
     * What comes of reading a request's pictures, on the caller's context.
     *
     * @param refused makes the answer to one that finds too many before it
     */
    <T> Future<T> read(Supplier<T> reading, Function<Failure, T> refused) {
        if (waiting.incrementAndGet() > MOST) {
            waiting.decrementAndGet();
            return Future.succeededFuture(refused.apply(new Failure.Overloaded(TRY_AGAIN)));
        }
        return threads.executeBlocking(reading::get, false).onComplete(done -> waiting.decrementAndGet());
    }

    Future<Void> close() {
        return threads.close();
    }
}
