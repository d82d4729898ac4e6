package dev.glimpse.observability;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A request's stream, whose watch hears what is taken from it. */
final class ObservedStream implements GenerationStream {
    private final GenerationStream stream;
    private final RequestWatch watch;
    private final Consumer<Runnable> work;
    private final AtomicInteger orders = new AtomicInteger();

    /** @param work does what the door does with an event */
    ObservedStream(GenerationStream stream, RequestWatch watch, Consumer<Runnable> work) {
        this.stream = stream;
        this.watch = watch;
        this.work = work;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return stream.accepted();
    }

    @Override
    public Future<GenerationEvent> next() {
        watch.asked();
        Promise<GenerationEvent> taken = Promise.promise();
        stream.next().onSuccess(watch::taken).onComplete(event -> work.accept(() -> taken.handle(event)));
        return taken.future();
    }

    @Override
    public void cancel() {
        watch.cancelled();
        stream.cancel();
    }

    @Override
    public void pause() {
        orders.incrementAndGet();
        watch.paused();
        stream.pause();
    }

    @Override
    public Future<Optional<Failure>> proceed() {
        int order = orders.incrementAndGet();
        watch.proceeded();
        return stream.proceed().onSuccess(failure -> {
            // Behind another order it tells nothing of what is now.
            if (failure.isPresent() && orders.get() == order) {
                watch.paused();
            }
        });
    }
}
