package dev.glimpse.generation;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Steps that run in one forward, for a device to take.
 *
 * @param modelId the model's "name/version"
 * @param minRows rows that the forward is padded to
 */
record StepOrder(String modelId, int minRows, List<Task> tasks) implements DeviceOrder<StepOrder.Outcome> {
    @Override
    public Future<Outcome> runOn(DeviceWorker worker, Context replyTo) {
        return worker.run(this, replyTo);
    }

    @Override
    public Outcome givenUp() {
        return new Outcome.Stuck();
    }

    /**
     * A step to take.
     *
     * @param step as the executor takes it; the state of a first step is drawn when it is prepared
     * @param raise standard deviation of noise that lifts the state before the step; 0 for none
     */
    record Task(StepRequest step, double raise) {
        /** The step with the noise that it begins with; may be done again, should the forward fail. */
        StepRequest prepared() {
            if (step.stepIndex() == 0) {
                step.edit().begin(step.x(), step.step().t(), step.seed(), step.sample());
            }
            if (raise == 0) {
                return step;
            }
            float[] raised = step.x().clone();
            NoiseStream.raise(raised, (float) raise, step.seed(), step.sample(), step.stepIndex());
            return new StepRequest(
                    raised,
                    step.carried(),
                    step.step(),
                    step.label(),
                    step.seed(),
                    step.sample(),
                    step.stepIndex(),
                    step.exactPreview(),
                    step.edit());
        }
    }

    /** What became of an order. */
    sealed interface Outcome extends DeviceOrder.Outcome {
        /** One result per task, in order. */
        record Done(List<StepResult> results, long durationNanos, long endNanos) implements Outcome {}

        /** The forward failed; no task has a result. */
        record Broken(Throwable cause) implements Outcome {
            @Override
            public Optional<Throwable> failure() {
                return Optional.of(cause);
            }
        }

        /** The forward has run for so long that it is given up; no task has a result. */
        record Stuck() implements Outcome {}
    }
}
