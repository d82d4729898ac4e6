package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.List;

/** The service as one client sees it. */
final class ClientGenerator implements Generator {
    private final GenerationService service;
    private final Client client;

    ClientGenerator(GenerationService service, Client client) {
        this.service = service;
        this.client = client;
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return service.submit(request, client);
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return service.resume(request, client);
    }

    @Override
    public Future<ScoringSubmission> score(ScoringRequest request) {
        return service.scores() ? service.score(request, client) : Generator.super.score(request);
    }

    @Override
    public GenerationSession session() {
        return service.session(client);
    }

    @Override
    public List<ServedModel> models() {
        return service.models();
    }

    @Override
    public List<ModelVersion> versions() {
        return service.versions();
    }

    @Override
    public GenerationLimits limits() {
        return service.limits();
    }
}
