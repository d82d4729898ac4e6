package dev.glimpse.generation;

import io.vertx.core.Future;

/**
 * The events of one admitted request, taken one at a time by the door that asked.
 *
 * <p>Nothing is encoded that nobody asked for: between two calls of {@link #next} only the newest few previews of each
 * sample are kept, and final pictures are never dropped. A slow reader thus costs its own previews and nobody else's
 * time or memory.
 */
public interface GenerationStream {
    /** The request as the server understood it. */
    GenerationEvent.Accepted accepted();

    /**
     * The next event after {@link #accepted}. Completes on the caller's Vert.x context. Ask again only after the future
     * before has completed; once {@link GenerationEvent.Finished} or {@link GenerationEvent.Failed} was given, there is
     * no next.
     */
    Future<GenerationEvent> next();

    /**
     * Stops the request: its work leaves at the next step boundary, and a waiting {@link #next} completes with
     * {@link Failure.Cancelled}. Any thread, any number of times, also after the end.
     */
    void cancel();
}
