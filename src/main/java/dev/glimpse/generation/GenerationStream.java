package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * The events of one admitted request, taken one at a time by the door that asked.
 *
 * <p>Nothing is encoded that nobody asked for: between two calls of {@link #next} only the newest few previews of each
 * sample are kept, and final pictures are never dropped. A preview that costs an evaluation is not even computed while
 * as many wait as may. A slow reader thus costs its own previews and nobody else's time or memory.
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

    /**
     * Takes the request's work off the devices at the next step boundary; its deadline goes on. Any thread; only for a
     * request of a session, and without effect while it is paused or after its end.
     */
    void pause();

    /**
     * Queues a paused request's work again. Completes on the caller's context: with why not if there is no room now, in
     * which case the request stays paused.
     */
    Future<Optional<Failure>> proceed();
}
