package dev.glimpse.generation;

/** The answer to a request: a stream of events, or why there is none. A refusal is an answer, not an exception. */
public sealed interface Submission {
    /** The request was admitted; its events wait in the stream. */
    record Admitted(GenerationStream stream) implements Submission {}

    /** The request was not admitted and cost nothing. */
    record Refused(Failure failure) implements Submission {}
}
