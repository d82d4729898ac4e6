package dev.glimpse.cli;

import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.sampling.Edit;
import dev.glimpse.sampling.StepExecutor;
import dev.glimpse.sampling.StepRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk of many trajectories along one plan, in forwards of the sizes that a server uses, so that it ends in the same
 * pictures.
 *
 * <p>Confined to the thread that loaded the model.
 */
final class LocalSampling {
    /**
     * PyTorch's CPU kernels give every row the same bits at multiples of this size, up to the largest; the last row of
     * other sizes has bits of its own.
     */
    private static final int MIN_ROWS = 4;

    private static final int MAX_ROWS = 12;

    /** A GPU is as fast with many rows as with few, and a server uses no more unless it is told to. */
    private static final int MAX_ROWS_ON_GPU = 64;

    private final CtmModel model;
    private final StepExecutor executor;
    private final StepPlan plan;
    private final long seed;
    private final Edit edit;
    private final int maxRows;

    LocalSampling(CtmModel model, StepPlan plan, long seed) {
        this(model, plan, seed, Edit.NONE, MAX_ROWS);
    }

    /**
     * @param edit what every trajectory is held to
     * @param maxRows of a forward, from {@link #rows}
     */
    LocalSampling(CtmModel model, StepPlan plan, long seed, Edit edit, int maxRows) {
        this.model = model;
        this.executor = new StepExecutor(model, MIN_ROWS);
        this.plan = plan;
        this.seed = seed;
        this.edit = edit;
        this.maxRows = maxRows;
    }

    /** Most rows of a forward on a device. */
    static int rows(ComputeDevice device) {
        return device.isGpu() ? MAX_ROWS_ON_GPU : MAX_ROWS;
    }

    /** Told how many network evaluations are done, after each forward. */
    @FunctionalInterface
    interface Progress {
        void evaluated(int done, int all);
    }

    /** One finished picture per label, in order, from sample 0 on. */
    List<float[]> draw(int[] labels, Progress progress) {
        return draw(0, labels, progress);
    }

    /** One finished picture per label, in order, from sample {@code first} on. */
    List<float[]> draw(int first, int[] labels, Progress progress) {
        List<float[]> pictures = new ArrayList<>(labels.length);
        int all = labels.length * plan.nfe();
        for (int from = 0; from < labels.length; from += maxRows) {
            int to = Math.min(labels.length, from + maxRows);
            List<Walked> walked = initial(first + from, first + to);
            for (int step = 0; step < plan.nfe(); step++) {
                walked = step(walked, step, first + from, Arrays.copyOfRange(labels, from, to));
                progress.evaluated(from * plan.nfe() + (to - from) * (step + 1), all);
            }
            walked.forEach(end -> pictures.add(end.x()));
        }
        return pictures;
    }

    private List<Walked> initial(int from, int to) {
        List<Walked> states = new ArrayList<>();
        for (int sample = from; sample < to; sample++) {
            float[] x = new float[model.spec().dimension()];
            edit.begin(x, plan.steps().get(0).t(), seed, sample);
            states.add(new Walked(x, new float[0]));
        }
        return states;
    }

    private List<Walked> step(List<Walked> states, int step, int from, int[] labels) {
        List<StepRequest> requests = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            Walked state = states.get(i);
            int sample = from + i;
            requests.add(new StepRequest(
                    state.x(), state.carried(), plan.steps().get(step), labels[i], seed, sample, step, false, edit));
        }
        return executor.run(requests).stream()
                .map(result -> new Walked(result.x(), result.carried()))
                .toList();
    }

    /** Where a trajectory stands: its state, and what its next step needs besides. */
    private record Walked(float[] x, float[] carried) {}
}
