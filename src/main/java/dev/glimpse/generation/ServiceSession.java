package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A session of the service: recipes by request id on the client's context, states on the dispatcher's. */
final class ServiceSession implements GenerationSession {
    private final GenerationService service;
    private final RequestResolver resolver;
    private final SessionSettings settings;
    private final Client client;
    private final SessionStates states;
    private final Map<String, Made> recipes = new LinkedHashMap<>();
    private boolean closed;

    ServiceSession(GenerationService service, RequestResolver resolver, SessionSettings settings, Client client) {
        this.service = service;
        this.resolver = resolver;
        this.settings = settings;
        this.client = client;
        states = new SessionStates(settings.maxStateBytes());
    }

    /** What a request was made by; a version may be published again, and its states are then of no use. */
    private record Made(Recipe recipe, ResumeTokens.Issuer issuer) {
        Resolution held(Resolution resolution) {
            boolean other = resolution instanceof Resolution.Resolved resolved
                    && !resolved.request().issuer().sameWeights(issuer);
            String id = recipe.request().model() + "/" + recipe.request().version();
            return other
                    ? new Resolution.Refused(new Failure.InvalidField(
                            "of", "of: made before " + id + " got other weights (expected: one made since)"))
                    : resolution;
        }
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return service.resolve(request.hasPictures(), () -> resolver.resolve(request))
                .compose(resolution -> submit(resolution, Optional.empty()));
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return service.resolve(request.edit().isPresent(), () -> resolver.resolve(request))
                .compose(resolution -> submit(resolution, Optional.empty()));
    }

    @Override
    public Future<Submission> refine(RefineRequest request) {
        Made refined = recipes.get(request.requestId());
        if (refined == null) {
            String message = "request_id: " + request.requestId() + " (expected: one of the newest "
                    + settings.maxRequests() + " of this session)";
            return Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("request_id", message)));
        }
        return service.resolve(
                        refined.recipe().request().hasPictures(), () -> resolver.resolve(refined.recipe(), request))
                .compose(resolution -> submit(refined.held(resolution), Optional.of(request.requestId())));
    }

    private Future<Submission> submit(Resolution resolution, Optional<String> refinedId) {
        return service.submit(resolution, client, Optional.of(new Readers.SessionPlace(states, refinedId)))
                .onSuccess(submission -> {
                    if (submission instanceof Submission.Admitted admitted
                            && resolution instanceof Resolution.Resolved resolved) {
                        remember(admitted.stream().accepted().requestId(), resolved);
                    }
                });
    }

    private void remember(String requestId, Resolution.Resolved resolved) {
        if (closed) {
            return;
        }
        recipes.put(
                requestId,
                new Made(resolved.request().recipe(), resolved.request().issuer()));
        if (recipes.size() > settings.maxRequests()) {
            recipes.remove(recipes.keySet().iterator().next());
        }
    }

    @Override
    public void close() {
        closed = true;
        recipes.clear();
        service.onOwner(states::close);
    }
}
