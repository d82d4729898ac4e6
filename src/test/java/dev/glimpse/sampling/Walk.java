package dev.glimpse.sampling;

import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;

/** One trajectory on its way through a plan, as a caller of {@link StepExecutor} keeps it. */
final class Walk {
    private final StepPlan plan;
    private final int label;
    private final long seed;
    private final int sample;
    private final Edit edit;
    private float[] x;
    private float[] carried = {};
    private int stepIndex;

    Walk(StepPlan plan, int label, long seed, int sample) {
        this(plan, label, seed, sample, Edit.NONE);
    }

    Walk(StepPlan plan, int label, long seed, int sample, Edit edit) {
        this.plan = plan;
        this.label = label;
        this.seed = seed;
        this.sample = sample;
        x = new float[GaussianModel.SPEC.dimension()];
        this.edit = edit;
        edit.begin(x, plan.steps().get(0).t(), seed, sample);
    }

    boolean isFinished() {
        return stepIndex == plan.nfe();
    }

    StepRequest next(boolean exactPreview) {
        Step step = plan.steps().get(stepIndex);
        return new StepRequest(x, carried, step, label, seed, sample, stepIndex, exactPreview, edit);
    }

    void take(StepResult result) {
        x = result.x();
        carried = result.carried();
        stepIndex++;
    }

    float[] x() {
        return x;
    }
}
