package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** A session of the service: recipes by request id on the client's context, states on the dispatcher's. */
final class ServiceSession implements GenerationSession {
    private final GenerationService service;
    private final RequestResolver resolver;
    private final SessionSettings settings;
    private final Client client;
    private final SessionStates states;
    private final KeptRecipes recipes;
    private boolean closed;

    ServiceSession(GenerationService service, RequestResolver resolver, SessionSettings settings, Client client) {
        this.service = service;
        this.resolver = resolver;
        this.settings = settings;
        this.client = client;
        states = new SessionStates(settings.maxStateBytes());
        recipes = new KeptRecipes(settings);
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return run(request.hasPictures(), () -> resolver.resolve(request), Optional.empty());
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return run(request.edit().isPresent(), () -> resolver.resolve(request), Optional.empty());
    }

    @Override
    public Future<Submission> refine(RefineRequest request) {
        Optional<KeptRecipes.Made> kept = recipes.find(request.requestId());
        if (kept.isEmpty()) {
            return Future.succeededFuture(new Submission.Refused(
                    Failure.InvalidField.of("of", request.of(), "one that this session still keeps")));
        }
        KeptRecipes.Made refined = kept.get();
        return run(
                refined.recipe().request().hasPictures(),
                () -> held(resolver.resolve(refined.recipe(), request), refined),
                Optional.of(request.requestId()));
    }

    /**
     * Refuses a refinement of what was made with other weights than those that would go on with it, or at other noise
     * levels.
     */
    private static Resolution held(Resolution resolution, KeptRecipes.Made refined) {
        if (!(resolution instanceof Resolution.Resolved resolved)) {
            return resolution;
        }
        PlannedRequest planned = resolved.request();
        if (!planned.issuer().sameWeights(refined.issuer())) {
            return madeBefore(refined, "other weights");
        }
        return planned.spec().equals(refined.spec()) ? resolution : madeBefore(refined, "another config.json");
    }

    private static Resolution madeBefore(KeptRecipes.Made refined, String change) {
        GenerationRequest request = refined.recipe().request();
        String id = request.model() + "/" + request.version();
        return new Resolution.Refused(
                Failure.InvalidField.of("of", "made before " + id + " got " + change, "one made since"));
    }

    /** What is remembered is what was granted, which may be fewer steps than were asked for. */
    private Future<Submission> run(boolean pictures, Supplier<Resolution> resolving, Optional<String> refinedId) {
        LaneRequests.SessionPlace place = new LaneRequests.SessionPlace(states, refinedId);
        return service.run(pictures, resolving, client, Optional.of(place)).map(run -> {
            if (run.submission() instanceof Submission.Admitted admitted
                    && run.granted() instanceof Resolution.Resolved resolved) {
                remember(admitted.stream().accepted().requestId(), resolved);
            }
            return run.submission();
        });
    }

    private void remember(String requestId, Resolution.Resolved resolved) {
        if (!closed) {
            PlannedRequest request = resolved.request();
            recipes.keep(requestId, new KeptRecipes.Made(request.recipe(), request.spec(), request.issuer()));
        }
    }

    @Override
    public int maxRequests() {
        return settings.maxRequests();
    }

    @Override
    public void close() {
        closed = true;
        recipes.clear();
        try {
            service.onOwner(states::close);
        } catch (RejectedExecutionException e) {
            // A client may leave after the core, whose event loop has ended; the states went with it.
        }
    }
}
