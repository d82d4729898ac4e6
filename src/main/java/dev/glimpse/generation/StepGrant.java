package dev.glimpse.generation;

import dev.glimpse.math.Knots;
import io.vertx.core.Future;

/** Grants a resolved request as many steps as can be served in its time. Any thread. */
final class StepGrant {
    private final RequestResolver resolver;
    private final PictureIntake intake;
    private final Dispatcher dispatcher;

    StepGrant(RequestResolver resolver, PictureIntake intake, Dispatcher dispatcher) {
        this.resolver = resolver;
        this.intake = intake;
        this.dispatcher = dispatcher;
    }

    /**
     * A resolved request as it can be served now: a short plan of few steps ends better than a long one that is cut
     * off, for those that allow it.
     *
     * @param submittedNanos when the client asked, which its deadline counts from
     */
    Future<Resolution> granted(Resolution resolution, Client client, long submittedNanos) {
        if (!(resolution instanceof Resolution.Resolved any)) {
            return Future.succeededFuture(resolution);
        }
        Resolution.Resolved resolved = any.by(client);
        PlannedRequest planned = resolved.request();
        boolean anew = planned.recipe().refinements().isEmpty() && planned.untouched();
        boolean bySteps = planned.recipe().request().plan().knots() instanceof Knots.Karras;
        if (!planned.flexible() || !anew || !bySteps) {
            return Future.succeededFuture(resolved);
        }
        return dispatcher
                .grantedSteps(resolved.modelId(), planned, submittedNanos)
                .compose(steps -> steps < planned.accepted().plan().nfe()
                        ? intake.resolve(
                                planned.recipe().request().hasPictures(),
                                client,
                                () -> resolver.shortened(resolved, Math.max(1, steps)))
                        : Future.succeededFuture(resolved))
                .map(granted -> granted instanceof Resolution.Resolved shorter ? shorter.by(client) : granted);
    }
}
