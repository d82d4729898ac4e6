package dev.glimpse.generation;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import java.util.List;

/**
 * Steps that run in one forward, for a device to take.
 *
 * @param modelId the model's "name/version"
 * @param minRows rows that the forward is padded to
 */
record StepOrder(String modelId, int minRows, List<Task> tasks) {

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
    sealed interface Outcome {
        /** One result per task, in order. */
        record Done(List<StepResult> results, long durationNanos, long endNanos) implements Outcome {}

        /** The forward failed; no task has a result. */
        record Broken(Throwable cause) implements Outcome {}

        /** The forward has run for so long that it is given up; no task has a result. */
        record Stuck() implements Outcome {}
    }
}
