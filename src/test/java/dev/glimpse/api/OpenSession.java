package dev.glimpse.api;

import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** A session over a scripted generator, which takes a refinement for a request of its own kind. */
public final class OpenSession implements GenerationSession {
    private final Generator generator;
    private final BlockingQueue<RefineRequest> refinements = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    public OpenSession(Generator generator) {
        this.generator = generator;
    }

    /** The refinements that were asked for. */
    public BlockingQueue<RefineRequest> refinements() {
        return refinements;
    }

    /** Completes when the session is closed. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return generator.submit(request);
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return generator.resume(request);
    }

    @Override
    public Future<Submission> refine(RefineRequest request) {
        refinements.add(request);
        return generator.resume(new ResumeRequest(request.requestId(), request.timeout()));
    }

    @Override
    public void close() {
        closed.complete(null);
    }
}
