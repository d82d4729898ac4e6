package dev.glimpse.api;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A generator that tells when its one client was admitted, was given its end, and left. */
final class WatchedGenerator implements Generator {
    private final Generator generator;
    final CompletableFuture<Void> admitted = new CompletableFuture<>();
    final CompletableFuture<Void> left = new CompletableFuture<>();
    final CompletableFuture<GenerationEvent> ended = new CompletableFuture<>();

    WatchedGenerator(Generator generator) {
        this.generator = generator;
    }

    private Future<Submission> watched(Future<Submission> submission) {
        return submission.map(answer -> {
            if (answer instanceof Submission.Admitted stream) {
                admitted.complete(null);
                return new Submission.Admitted(new Watched(stream.stream()));
            }
            return answer;
        });
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return watched(generator.submit(request));
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return watched(generator.resume(request));
    }

    @Override
    public GenerationSession session() {
        GenerationSession session = generator.session();
        return new GenerationSession() {
            @Override
            public Future<Submission> submit(GenerationRequest request) {
                return watched(session.submit(request));
            }

            @Override
            public Future<Submission> resume(ResumeRequest request) {
                return watched(session.resume(request));
            }

            @Override
            public Future<Submission> refine(RefineRequest request) {
                return watched(session.refine(request));
            }

            @Override
            public int maxRequests() {
                return session.maxRequests();
            }

            @Override
            public void close() {
                session.close();
                left.complete(null);
            }
        };
    }

    @Override
    public List<ServedModel> models() {
        return generator.models();
    }

    @Override
    public GenerationLimits limits() {
        return generator.limits();
    }

    private final class Watched implements GenerationStream {
        private final GenerationStream stream;

        Watched(GenerationStream stream) {
            this.stream = stream;
        }

        @Override
        public GenerationEvent.Accepted accepted() {
            return stream.accepted();
        }

        @Override
        public Future<GenerationEvent> next() {
            return stream.next().onSuccess(event -> {
                if (!(event instanceof GenerationEvent.Stepped)) {
                    ended.complete(event);
                }
            });
        }

        @Override
        public void cancel() {
            stream.cancel();
            left.complete(null);
        }

        @Override
        public void pause() {
            stream.pause();
        }

        @Override
        public Future<Optional<Failure>> proceed() {
            return stream.proceed();
        }
    }
}
