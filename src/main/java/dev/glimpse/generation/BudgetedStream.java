package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;

/** A stream whose pictures are charged to its client's budget. */
final class BudgetedStream implements GenerationStream {
    private final GenerationStream stream;
    private final Budget budget;

    private BudgetedStream(GenerationStream stream, Budget budget) {
        this.stream = stream;
        this.budget = budget;
    }

    /**
     * What a request's admission does to the budget that was asked before it. An admitted one is ended where its work
     * is, as only there is known how much of it was never done.
     */
    static Submission charge(Submission submission, PlannedRequest request) {
        Budget budget = request.client().budget();
        if (submission instanceof Submission.Admitted admitted) {
            return new Submission.Admitted(new BudgetedStream(admitted.stream(), budget));
        }
        budget.end(request.trajectories(), request.nfe());
        return submission;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return stream.accepted();
    }

    @Override
    public Future<GenerationEvent> next() {
        return stream.next().onSuccess(this::given);
    }

    private void given(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            budget.sent(stepped.image().length);
        }
    }

    @Override
    public void cancel() {
        stream.cancel();
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
