package dev.glimpse.generation;

/** What became of a request before it met a queue. */
sealed interface Resolution {
    /** It can be served. */
    record Resolved(String modelId, PlannedRequest request) implements Resolution {}

    /** This server cannot serve it. */
    record Refused(Failure failure) implements Resolution {}
}
