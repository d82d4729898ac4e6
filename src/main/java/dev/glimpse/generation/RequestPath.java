package dev.glimpse.generation;

import dev.glimpse.math.Knots;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** The way of a request before it is admitted: its choices are made, and then its number of steps. Any thread. */
final class RequestPath {
    private final RequestResolver resolver;
    private final PictureIntake intake;
    private final Dispatcher dispatcher;

    RequestPath(RequestResolver resolver, PictureIntake intake, Dispatcher dispatcher) {
        this.resolver = resolver;
        this.intake = intake;
        this.dispatcher = dispatcher;
    }

    /**
     * Resolves a request.
     *
     * @param pictures whether pictures are read and resized for that, which no event loop should wait for
     */
    Future<Resolution> resolve(boolean pictures, Supplier<Resolution> resolving) {
        return pictures ? intake.read(resolving, Resolution.Refused::new) : Future.succeededFuture(resolving.get());
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
        boolean bySteps = planned.recipe().request().walk().knots() instanceof Knots.Karras;
        if (!planned.flexible() || !anew || !bySteps) {
            return Future.succeededFuture(resolved);
        }
        return dispatcher
                .grantedSteps(resolved.modelId(), planned, submittedNanos)
                .compose(steps -> steps < planned.accepted().plan().nfe()
                        ? resolve(
                                planned.recipe().request().hasPictures(),
                                () -> resolver.shortened(resolved, Math.max(1, steps)))
                        : Future.succeededFuture(resolved))
                .map(granted -> granted instanceof Resolution.Resolved shorter ? shorter.by(client) : granted);
    }
}
