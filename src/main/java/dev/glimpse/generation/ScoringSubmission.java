package dev.glimpse.generation;

/** The answer to a request for likelihoods: a stream of events, or why there is none. */
public sealed interface ScoringSubmission {
    /** The request was admitted; its events wait in the stream. */
    record Admitted(ScoringStream stream) implements ScoringSubmission {}

    /** The request was not admitted and cost nothing. */
    record Refused(Failure failure) implements ScoringSubmission {}
}
