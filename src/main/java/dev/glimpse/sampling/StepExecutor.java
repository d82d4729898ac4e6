package dev.glimpse.sampling;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Step;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the steps of many trajectories in one forward, each at its own times and by its own sampler.
 *
 * <p>A row's result depends on its own request alone. To keep that true to the bit, a forward is padded with copies of
 * its first row up to a multiple of {@code minRows}: PyTorch's CPU kernels give a row the same bits at every batch size
 * of one class, but the smallest sizes are classes of their own, and the last row of a size that is no multiple of 4 is
 * computed apart from the others.
 *
 * <p>Confined to the thread that uses it, like the model it holds.
 */
public final class StepExecutor {
    private static final float[] NOTHING = {};

    private final CtmModel model;
    private final int minRows;
    private final NoiseSource noise;

    /**
     * @param model evaluated once per call of {@link #run}
     * @param minRows smallest forward, which the size of every other one is a multiple of; at least 1
     */
    public StepExecutor(CtmModel model, int minRows) {
        this(model, minRows, NoiseStream::addNoise);
    }

    StepExecutor(CtmModel model, int minRows, NoiseSource noise) {
        if (minRows < 1) {
            throw new IllegalArgumentException("minRows: " + minRows + " (expected: at least 1)");
        }
        this.model = model;
        this.minRows = minRows;
        this.noise = noise;
    }

    /** Rows this step takes in a forward: 2 when its exact preview needs an evaluation of its own, else 1. */
    public static int rows(Step step, boolean exactPreview, double sigmaMin) {
        return exactPreview && step.target() > sigmaMin ? 2 : 1;
    }

    /**
     * Takes all steps in one forward, padded to the smallest size.
     *
     * @param requests at least one
     * @return one result per request, in order
     */
    public List<StepResult> run(List<StepRequest> requests) {
        double sigmaMin = model.spec().sigmaMin();
        List<float[]> states = requests.stream().map(this::churned).toList();
        int used = requests.stream()
                .mapToInt(r -> rows(r.step(), r.exactPreview(), sigmaMin))
                .sum();
        Rows rows = new Rows((used + minRows - 1) / minRows * minRows);
        for (int i = 0; i < requests.size(); i++) {
            StepRequest request = requests.get(i);
            Step step = request.step();
            rows.add(states.get(i), step.level(), step.target(), request.label());
            if (rows(step, request.exactPreview(), sigmaMin) == 2) {
                rows.add(request.x(), step.t(), sigmaMin, request.label());
            }
        }
        rows.pad();
        float[] g = new float[rows.capacity * model.spec().dimension()];
        model.denoise(rows.batch(), g);

        List<StepResult> results = new ArrayList<>(requests.size());
        int row = 0;
        for (int i = 0; i < requests.size(); i++) {
            StepRequest request = requests.get(i);
            int evaluations = rows(request.step(), request.exactPreview(), sigmaMin);
            results.add(result(request, states.get(i), g, row, evaluations));
            row += evaluations;
        }
        return results;
    }

    /** The state that the network sees: before an Euler step, the one that churn lifts. */
    private float[] churned(StepRequest request) {
        if (request.step().kind() != Step.Kind.EULER) {
            return request.x();
        }
        float[] x = request.x().clone();
        addNoise(x, request);
        return x;
    }

    private StepResult result(StepRequest request, float[] x, float[] g, int row, int evaluations) {
        Step step = request.step();
        float[] denoised = slice(g, row);
        float[] moved = moved(request, x, denoised);
        hold(request, moved);
        float[] preview = null;
        if (request.exactPreview()) {
            preview = evaluations == 1
                    ? moved.clone()
                    : jump(
                            request.x(),
                            slice(g, row + 1),
                            step.t(),
                            model.spec().sigmaMin());
        }
        float[] carried = NOTHING;
        if (step.kind() == Step.Kind.JUMP) {
            addNoise(moved, request);
        } else if (step.kind() == Step.Kind.EULER) {
            carried = jump(x, denoised, step.from(), (step.from() + step.s()) / 2);
        }
        // Shown as pictures, so they hold what is known without its noise.
        hold(request, denoised, 0);
        if (preview != null) {
            hold(request, preview, 0);
        }
        return new StepResult(moved, carried, denoised, preview, evaluations);
    }

    private static float[] moved(StepRequest request, float[] x, float[] g) {
        Step step = request.step();
        return switch (step.kind()) {
            // x + (s - t) (x - g) / t, the Euler step of the ODE dx/dt = (x - g) / t, is G with the denoiser as its g.
            case JUMP, EULER -> jump(x, g, step.from(), step.s());
            case CORRECTION -> corrected(request.carried(), x, g, step);
        };
    }

    /**
     * x' = x_half + (s - from) / 2 (x - g) / s, where x_half = x_from + (s - from) / 2 d is half-way along the Euler
     * step with slope d (EDM paper, algorithm 2, line 11).
     */
    private static float[] corrected(float[] half, float[] x, float[] g, Step step) {
        float rate = (float) ((step.s() - step.from()) / 2 / step.s());
        float[] corrected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            corrected[i] = half[i] + rate * (x[i] - g[i]);
        }
        return corrected;
    }

    /** G = (s/t) x + (1 - s/t) g (CTM paper); exactly x when s = t. */
    private static float[] jump(float[] x, float[] g, double t, double s) {
        float keep = (float) (s / t);
        float take = (float) (1 - s / t);
        float[] jumped = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            jumped[i] = keep * x[i] + take * g[i];
        }
        return jumped;
    }

    private void addNoise(float[] x, StepRequest request) {
        double std = request.step().noiseStd();
        if (std > 0) {
            int sample = request.edit().noiseOf(request.sample());
            noise.addNoise(x, (float) std, request.seed(), sample, request.stepIndex() + 1);
        }
    }

    /** Puts what is known into the state that a step ends in; between the two halves of a Heun step there is none. */
    private void hold(StepRequest request, float[] moved) {
        Step step = request.step();
        if (step.kind() == Step.Kind.CORRECTION) {
            hold(request, moved, step.s());
            return;
        }
        boolean ends = step.s() <= model.spec().sigmaMin() && step.nextT() == step.s();
        if (step.kind() == Step.Kind.JUMP || (ends && step.s() == 0)) {
            hold(request, moved, ends ? 0 : step.s());
        }
    }

    private static void hold(StepRequest request, float[] x, double level) {
        request.edit().hold(x, level, request.seed(), request.sample(), request.stepIndex() + 1);
    }

    private float[] slice(float[] g, int row) {
        int dimension = model.spec().dimension();
        return Arrays.copyOfRange(g, row * dimension, (row + 1) * dimension);
    }

    /** The growing arrays of one batch. */
    private final class Rows {
        final int capacity;
        final float[] x;
        final float[] t;
        final float[] s;
        final int[] labels;
        int size;

        Rows(int capacity) {
            this.capacity = capacity;
            x = new float[capacity * model.spec().dimension()];
            t = new float[capacity];
            s = new float[capacity];
            labels = new int[capacity];
        }

        void add(float[] state, double time, double target, int label) {
            System.arraycopy(state, 0, x, size * state.length, state.length);
            t[size] = (float) time;
            s[size] = (float) target;
            labels[size] = label;
            size++;
        }

        void pad() {
            int dimension = model.spec().dimension();
            for (; size < capacity; size++) {
                System.arraycopy(x, 0, x, size * dimension, dimension);
                t[size] = t[0];
                s[size] = s[0];
                labels[size] = labels[0];
            }
        }

        JumpBatch batch() {
            return new JumpBatch(capacity, x, t, s, labels);
        }
    }
}
