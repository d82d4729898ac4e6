package dev.glimpse.generation;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A stream that is charged to its client's budget until it ends or is cancelled. */
final class BudgetedStream implements GenerationStream {
    private final GenerationStream stream;
    private final Budget budget;
    private final int trajectories;
    private final long nfe;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private BudgetedStream(GenerationStream stream, Budget budget, int trajectories, long nfe) {
        this.stream = stream;
        this.budget = budget;
        this.trajectories = trajectories;
        this.nfe = nfe;
    }

    /** What a request's admission does to the budget that was asked before it. */
    static Submission charge(Submission submission, PlannedRequest request) {
        int trajectories = request.trajectories();
        long nfe = request.nfe();
        Budget budget = request.client().budget();
        if (submission instanceof Submission.Admitted admitted) {
            return new Submission.Admitted(new BudgetedStream(admitted.stream(), budget, trajectories, nfe));
        }
        budget.end(trajectories, nfe);
        return submission;
    }

    @Override
    public GenerationEvent.Accepted accepted() {
        return stream.accepted();
    }

    @Override
    public Future<GenerationEvent> next() {
        return stream.next().onSuccess(this::given).onFailure(defect -> end());
    }

    private void given(GenerationEvent event) {
        if (event instanceof GenerationEvent.Stepped stepped) {
            budget.sent(stepped.image().length);
        } else {
            end();
        }
    }

    @Override
    public void cancel() {
        end();
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

    private void end() {
        if (open.compareAndSet(true, false)) {
            // What was cancelled may have run ahead of what was shown, so only kept pictures are known to be free.
            budget.end(trajectories, stream.accepted().terms().cached() ? nfe : 0);
        }
    }
}
