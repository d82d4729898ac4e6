package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * The way of a request for likelihoods to its desk, which reads no picture of one that is refused anyway. Any thread.
 */
final class ScoringAdmission {
    private final ScoringResolver resolver;
    private final PictureIntake intake;
    private final Dispatcher dispatcher;

    ScoringAdmission(ScoringResolver resolver, PictureIntake intake, Dispatcher dispatcher) {
        this.resolver = resolver;
        this.intake = intake;
        this.dispatcher = dispatcher;
    }

    /** Admits or refuses a request; completes on the caller's context. */
    Future<ScoringSubmission> submit(ScoringRequest request, Client client, long submittedNanos) {
        ScoringResolver.Outline outline = resolver.outline(request);
        if (outline instanceof ScoringResolver.Outline.Refused refused) {
            return refused(refused.failure());
        }
        ScoringResolver.Outline.Fits fits = (ScoringResolver.Outline.Fits) outline;
        return dispatcher.scoringRefusal(fits.source().id()).compose(refusal -> {
            int pictures = request.pictures().size();
            Optional<Failure> failure = refusal.or(() -> client.budget().begin(pictures, fits.nfe()));
            return failure.isPresent() ? refused(failure.get()) : granted(request, fits, client, submittedNanos);
        });
    }

    /** Reads the pictures of a request that has its budget, and gives that back if the request is refused after all. */
    private Future<ScoringSubmission> granted(
            ScoringRequest request, ScoringResolver.Outline.Fits fits, Client client, long submittedNanos) {
        return intake.read(client.tenant(), () -> resolver.resolve(request, fits), ScoringResolver.Answer.Refused::new)
                .compose(answer -> answer instanceof ScoringResolver.Answer.Resolved resolved
                        ? dispatcher.submit(resolved.task(), client, submittedNanos)
                        : refused(((ScoringResolver.Answer.Refused) answer).failure()))
                .onComplete(done -> {
                    if (!(done.result() instanceof ScoringSubmission.Admitted)) {
                        client.budget().end(request.pictures().size(), fits.nfe());
                    }
                });
    }

    private static Future<ScoringSubmission> refused(Failure failure) {
        return Future.succeededFuture(new ScoringSubmission.Refused(failure));
    }
}
