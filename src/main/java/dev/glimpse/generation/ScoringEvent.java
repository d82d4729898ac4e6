package dev.glimpse.generation;

import java.util.OptionalDouble;

/** What happens to a request for likelihoods: accepted once, progress, then exactly one of scored and failed. */
public sealed interface ScoringEvent {
    /**
     * The request as the server understood it.
     *
     * @param requestId names the request in logs and errors
     * @param seed the noise key in use
     * @param waiting requests that come before it
     */
    record Accepted(String requestId, ServedModel model, long seed, int waiting) implements ScoringEvent {}

    /**
     * How far it is; the newest one alone is kept until it is taken.
     *
     * @param evaluations of the network, one for each picture that a forward evaluated
     * @param nfe what they count as, derivatives included
     * @param time noise level that the slowest picture under way has reached; empty where times are drawn at random
     * @param share of the whole way that is done, 0..1
     * @param elapsedNanos since the request's admission
     */
    record Progress(int evaluations, long nfe, OptionalDouble time, double share, long elapsedNanos)
            implements ScoringEvent {}

    /**
     * Every picture has its likelihood.
     *
     * @param evaluations as in {@link Progress}
     * @param nfe as in {@link Progress}
     * @param elapsedNanos since the request's admission
     */
    record Scored(Scorer.Scores scores, int evaluations, long nfe, long elapsedNanos) implements ScoringEvent {}

    /** The request ended without. */
    record Failed(Failure failure) implements ScoringEvent {}
}
