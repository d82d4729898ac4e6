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
    private final int maxRequests;
    private final BlockingQueue<RefineRequest> refinements = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** One that says that it keeps four requests. */
    public OpenSession(Generator generator) {
        this(generator, 4);
    }

    /** @param maxRequests that it says that it keeps */
    OpenSession(Generator generator, int maxRequests) {
        this.generator = generator;
        this.maxRequests = maxRequests;
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
    public int maxRequests() {
        return maxRequests;
    }

    @Override
    public void close() {
        closed.complete(null);
    }
}
