package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Iterator;
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
        /** Pictures that an edit began with are kept with it. */
        long pictureBytes() {
            return recipe.request().editBytes();
        }

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
        long submittedNanos = System.nanoTime();
        return service.resolve(request.hasPictures(), () -> resolver.resolve(request))
                .compose(resolution -> submit(resolution, submittedNanos, Optional.empty()));
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        long submittedNanos = System.nanoTime();
        return service.resolve(request.edit().isPresent(), () -> resolver.resolve(request))
                .compose(resolution -> submit(resolution, submittedNanos, Optional.empty()));
    }

    @Override
    public Future<Submission> refine(RefineRequest request) {
        long submittedNanos = System.nanoTime();
        Made refined = recipes.get(request.requestId());
        if (refined == null) {
            String message = "of: " + request.requestId() + " (expected: one of the newest " + settings.maxRequests()
                    + " of this session)";
            return Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("of", message)));
        }
        return service.resolve(
                        refined.recipe().request().hasPictures(), () -> resolver.resolve(refined.recipe(), request))
                .compose(resolution ->
                        submit(refined.held(resolution), submittedNanos, Optional.of(request.requestId())));
    }

    /** What is remembered is what was granted, which may be fewer steps than were asked for. */
    private Future<Submission> submit(Resolution resolution, long submittedNanos, Optional<String> refinedId) {
        return service.granted(resolution, client, submittedNanos)
                .compose(granted -> service.admit(
                                granted, submittedNanos, Optional.of(new Readers.SessionPlace(states, refinedId)))
                        .onSuccess(submission -> {
                            if (submission instanceof Submission.Admitted admitted
                                    && granted instanceof Resolution.Resolved resolved) {
                                remember(admitted.stream().accepted().requestId(), resolved);
                            }
                        }));
    }

    private void remember(String requestId, Resolution.Resolved resolved) {
        if (closed) {
            return;
        }
        recipes.put(
                requestId,
                new Made(resolved.request().recipe(), resolved.request().issuer()));
        long pictures = recipes.values().stream().mapToLong(Made::pictureBytes).sum();
        Iterator<Made> oldest = recipes.values().iterator();
        while (recipes.size() > settings.maxRequests() || pictures > settings.maxStateBytes() && recipes.size() > 1) {
            pictures -= oldest.next().pictureBytes();
            oldest.remove();
        }
    }

    @Override
    public void close() {
        closed = true;
        recipes.clear();
        service.onOwner(states::close);
    }
}
