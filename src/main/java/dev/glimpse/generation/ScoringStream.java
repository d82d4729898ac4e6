package dev.glimpse.generation;

import io.vertx.core.Future;

/** The events of one admitted request for likelihoods, taken one at a time by the door that asked. */
public interface ScoringStream {
    /** The request as the server understood it. */
    ScoringEvent.Accepted accepted();

    /**
     * The next event after {@link #accepted}. Completes on the caller's Vert.x context. Ask again only after the future
     * before has completed; once {@link ScoringEvent.Scored} or {@link ScoringEvent.Failed} was given, there is no
     * next.
     */
    Future<ScoringEvent> next();

    /** Stops the request after the evaluation that runs. Any thread, any number of times, also after the end. */
    void cancel();
}
