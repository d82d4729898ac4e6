package dev.glimpse.generation;

import dev.glimpse.math.Step;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.StepExecutor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which picture each step of a way shows, and how many rows that takes.
 *
 * @param kind what the client asked for; its first frame is exact whatever the kind, unless it wants none
 * @param path the steps
 * @param first index of the step that makes the request's first frame; steps before it belong to what is refined
 * @param shownFrom index of the first step that is shown; those before it have been shown already, so that they are
 *     computed without previews
 * @param model what walks it; a denoiser's first frame is free and not exact
 */
record PreviewRule(PreviewKind kind, Path path, int first, int shownFrom, ModelSpec model) {

    /**
     * What the picture after a step shows; the last step always ends in an exact picture. Of a Heun step's two
     * evaluations only the second shows one, unless it is the very first of the request. On the way up to noise every
     * step shows the same kind.
     */
    PreviewKind kindAt(int step) {
        if (isLast(step)) {
            return PreviewKind.EXACT;
        }
        if (step < shownFrom) {
            return PreviewKind.NONE;
        }
        if (path.step(step).rises()) {
            return kind;
        }
        if (step == first && kind != PreviewKind.NONE) {
            return model.jumps() ? PreviewKind.EXACT : PreviewKind.FREE;
        }
        return path.step(step).kind() == Step.Kind.EULER ? PreviewKind.NONE : kind;
    }

    /** Steps before this one that show a picture. */
    int shownBefore(int step) {
        return (int) IntStream.range(0, step)
                .filter(before -> kindAt(before) != PreviewKind.NONE)
                .count();
    }

    /** Whether the step has a preview besides the state it ends in. */
    boolean exactAt(int step) {
        return !isLast(step) && kindAt(step) == PreviewKind.EXACT;
    }

    /** Most rows of the step: 2 when its exact preview is an evaluation of its own. */
    int rowsAt(int step) {
        return StepExecutor.rows(path.step(step), exactAt(step), model.sigmaMin());
    }

    /** Most rows of every step from one on. */
    List<Integer> rowsFrom(int step) {
        return IntStream.range(step, path.length()).mapToObj(this::rowsAt).toList();
    }

    /** Noise level of the state that the picture after a step is made from. */
    double timeAt(int step) {
        Step taken = path.step(step);
        return kindAt(step) == PreviewKind.STATE ? taken.nextT() : taken.t();
    }

    /** The same, but for a way that goes straight to the picture at a step. */
    PreviewRule shortened(int step) {
        return new PreviewRule(kind, path.shortened(step, model.sigmaMin()), first, shownFrom, model);
    }

    boolean isLast(int step) {
        return step == path.length() - 1;
    }
}
