package dev.glimpse.observability;

import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ModelVersion;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ScoringRequest;
import dev.glimpse.generation.ScoringSubmission;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The core as one door sees it, with every request watched from its arrival to its end. */
final class ObservedGenerator implements Generator {
    private final Generator core;
    private final Function<RequestWatch.Aim, RequestWatch> watches;
    private final Scores scores;
    private final Consumer<Runnable> work;

    /** Watches a request for likelihoods that arrives now, on this context. */
    @FunctionalInterface
    interface Scores {
        Future<ScoringSubmission> watch(Duration longest, Supplier<Future<ScoringSubmission>> asking);
    }

    /**
     * A layer before the core.
     *
     * @param watches begins to watch a request that arrives now, on this context
     * @param scores watches requests for likelihoods
     * @param work does some of the door's work
     */
    ObservedGenerator(
            Generator core, Function<RequestWatch.Aim, RequestWatch> watches, Scores scores, Consumer<Runnable> work) {
        this.core = core;
        this.watches = watches;
        this.scores = scores;
        this.work = work;
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        return watch(aim(request), () -> core.submit(request));
    }

    @Override
    public Future<Submission> resume(ResumeRequest request) {
        return watch(pictures(request.timeout()), () -> core.resume(request));
    }

    @Override
    public Future<ScoringSubmission> score(ScoringRequest request) {
        return scores.watch(core.limits().granted(request.timeout()), () -> core.score(request));
    }

    @Override
    public GenerationSession session() {
        return new ObservedSession(core.session());
    }

    @Override
    public List<ServedModel> models() {
        return core.models();
    }

    @Override
    public List<ModelVersion> versions() {
        return core.versions();
    }

    @Override
    public GenerationLimits limits() {
        return core.limits();
    }

    private RequestWatch.Aim aim(GenerationRequest request) {
        boolean pictures = !(request.edit().orElse(null) instanceof EditRequest.Encode);
        return new RequestWatch.Aim(core.limits().granted(request.timeout()), pictures);
    }

    private RequestWatch.Aim pictures(Optional<Duration> timeout) {
        return new RequestWatch.Aim(core.limits().granted(timeout), true);
    }

    private Future<Submission> watch(RequestWatch.Aim aim, Supplier<Future<Submission>> asking) {
        RequestWatch watch = watches.apply(aim);
        Promise<Submission> answered = Promise.promise();
        work.accept(() -> asking.get()
                .map(answer -> watched(answer, watch))
                .onFailure(cause -> watch.broken())
                .onComplete(answer -> work.accept(() -> answered.handle(answer))));
        return answered.future();
    }

    private Submission watched(Submission answer, RequestWatch watch) {
        if (answer instanceof Submission.Admitted admitted) {
            watch.admitted(admitted.stream().accepted());
            return new Submission.Admitted(new ObservedStream(admitted.stream(), watch, work));
        }
        watch.refused(((Submission.Refused) answer).failure());
        return answer;
    }

    private final class ObservedSession implements GenerationSession {
        private final GenerationSession session;

        ObservedSession(GenerationSession session) {
            this.session = session;
        }

        @Override
        public Future<Submission> submit(GenerationRequest request) {
            return watch(aim(request), () -> session.submit(request));
        }

        @Override
        public Future<Submission> resume(ResumeRequest request) {
            return watch(pictures(request.timeout()), () -> session.resume(request));
        }

        @Override
        public Future<Submission> refine(RefineRequest request) {
            return watch(pictures(request.timeout()), () -> session.refine(request));
        }

        @Override
        public int maxRequests() {
            return session.maxRequests();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
