package dev.glimpse.generation;

import io.vertx.core.Future;

/**
 * A client's requests that can be refined, as long as it stays.
 *
 * <p>The newest requests are remembered, up to a number, and as many of their states as a bound of bytes allows. A
 * state that is gone is computed again, so that a refinement's bytes never depend on it. Confined to one context.
 */
public interface GenerationSession {
    /** As {@link Generator#submit}; the request can be refined from then on. */
    Future<Submission> submit(GenerationRequest request);

    /** As {@link Generator#resume}; the request can be refined from then on. */
    Future<Submission> resume(ResumeRequest request);

    /** Begins another trajectory, or some, at a state of a request of this session, which goes on by itself. */
    Future<Submission> refine(RefineRequest request);

    /** Requests that can be refined at most: the newest ones. */
    int maxRequests();

    /** Forgets every request and state; streams that still run go on. Any number of times. */
    void close();
}
