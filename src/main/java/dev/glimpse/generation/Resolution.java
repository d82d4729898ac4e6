package dev.glimpse.generation;

/** What became of a request before it met a queue. */
sealed interface Resolution {
    /** It can be served. */
    record Resolved(String modelId, PlannedRequest request) implements Resolution {
        /** The same on behalf of a client. */
        Resolved by(Client client) {
            return new Resolved(modelId, request.by(client));
        }
    }

    /** This server cannot serve it. */
    record Refused(Failure failure) implements Resolution {}
}
