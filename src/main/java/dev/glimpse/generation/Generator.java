package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** What the doors see of the server's core: hand in a request, get a stream. Safe to call from any event loop. */
public interface Generator {
    /**
     * Admits or refuses the request. The future fails only when the server is broken; completes on the caller's
     * context.
     */
    Future<Submission> submit(GenerationRequest request);

    /** Goes on where a token was given out, by this server or by another with the same keys; as {@link #submit}. */
    Future<Submission> resume(ResumeRequest request);

    /** Admits or refuses a request for likelihoods; as {@link #submit}. */
    default Future<ScoringSubmission> score(ScoringRequest request) {
        return Future.succeededFuture(new ScoringSubmission.Refused(new Failure.Unsupported(
                "likelihood", "likelihood: none (expected: a server that computes likelihoods)")));
    }

    /** A new session, for the context that calls. */
    GenerationSession session();

    /** The models served now; the default one comes first. */
    List<ServedModel> models();

    /** Every model version there is, as {@link ModelShelf#states} orders them; by default those that are served. */
    default List<ModelVersion> versions() {
        return models().stream()
                .map(model -> new ModelVersion(
                        new ModelShelf.ModelState(model.name(), model.version(), ModelShelf.Standing.SERVING, ""),
                        Optional.empty()))
                .toList();
    }

    /** The bounds that requests are held to. */
    GenerationLimits limits();
}
