package dev.glimpse.observability;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Future;
import java.util.Optional;

/** A request's stream, whose watch hears what is taken from it. */
final class ObservedStream implements GenerationStream {
    private final GenerationStream stream;
    private final RequestWatch watch;

    ObservedStream(GenerationStream stream, RequestWatch watch) {
        this.stream = stream;
        this.watch = watch;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return stream.accepted();
    }

    @Override
    public Future<GenerationEvent> next() {
        return stream.next().map(event -> {
            watch.taken(event);
            return event;
        });
    }

    @Override
    public void cancel() {
        watch.cancelled();
        stream.cancel();
    }

    @Override
    public void pause() {
        stream.pause();
    }

    @Override
    public Future<Optional<Failure>> proceed() {
        return stream.proceed();
    }
}
