package dev.glimpse.generation;

import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.StepExecutor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which picture each step of a plan shows, and how many rows that takes.
 *
 * @param kind what the client asked for; its first frame is exact whatever the kind, unless it wants none
 * @param plan the steps
 * @param model what walks it; a denoiser's first frame is free and not exact
 */
record PreviewRule(PreviewKind kind, StepPlan plan, ModelSpec model) {

    /**
     * What the picture after a step shows; the last step always ends in an exact picture. Of a Heun step's two
     * evaluations only the second shows one, unless it is the very first of the trajectory.
     */
    PreviewKind kindAt(int step) {
        if (isLast(step)) {
            return PreviewKind.EXACT;
        }
        if (step == 0 && kind != PreviewKind.NONE) {
            return model.jumps() ? PreviewKind.EXACT : PreviewKind.FREE;
        }
        return plan.steps().get(step).kind() == Step.Kind.EULER ? PreviewKind.NONE : kind;
    }

    /** Whether the step has a preview besides the state it ends in. */
    boolean exactAt(int step) {
        return !isLast(step) && kindAt(step) == PreviewKind.EXACT;
    }

    /** Most rows of the step: 2 when its exact preview is an evaluation of its own. */
    int rowsAt(int step) {
        return StepExecutor.rows(plan.steps().get(step), exactAt(step), model.sigmaMin());
    }

    /** Most rows of every step. */
    List<Integer> rows() {
        return IntStream.range(0, plan.nfe()).mapToObj(this::rowsAt).toList();
    }

    /** Noise level of the state that the picture after a step is made from. */
    double timeAt(int step) {
        Step taken = plan.steps().get(step);
        return kindAt(step) == PreviewKind.STATE ? taken.nextT() : taken.t();
    }

    boolean isLast(int step) {
        return step == plan.nfe() - 1;
    }
}
