package dev.glimpse.api.grpc;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import io.vertx.core.Future;

/** The events of a generation, to be relayed. */
record GenerationSource(GenerationStream stream) implements CallRelay.Source<GenerationEvent> {
    @Override
    public String requestId() {
        return stream.accepted().requestId();
    }

    @Override
    public Future<GenerationEvent> next() {
        return stream.next();
    }

    @Override
    public void cancel() {
        stream.cancel();
    }
}
