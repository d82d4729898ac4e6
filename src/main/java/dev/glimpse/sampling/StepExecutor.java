package dev.glimpse.sampling;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Step;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the steps of many trajectories in one forward, each at its own times.
 *
 * <p>A row's result depends on its own request alone. To keep that true to the bit, a forward is padded with copies of
 * its first row up to {@code minRows}: PyTorch's CPU kernels give a row the same bits at every batch size of one class,
 * and the smallest sizes are classes of their own.
 *
 * <p>Confined to the thread that uses it, like the model it holds.
 */
public final class StepExecutor {
    private final CtmModel model;
    private final int minRows;

    /**
     * @param model evaluated once per call of {@link #run}
     * @param minRows smallest forward, at least 1
     */
    public StepExecutor(CtmModel model, int minRows) {
        if (minRows < 1) {
            throw new IllegalArgumentException("minRows: " + minRows + " (expected: at least 1)");
        }
        this.model = model;
        this.minRows = minRows;
    }

    /** Rows this step takes in a forward: 2 when its exact preview needs an evaluation of its own, else 1. */
    public static int rows(Step step, boolean exactPreview, double sigmaMin) {
        return exactPreview && step.s() > sigmaMin ? 2 : 1;
    }

    /**
     * Takes all steps in one forward, padded to the smallest size.
     *
     * @param requests at least one
     * @return one result per request, in order
     */
    public List<StepResult> run(List<StepRequest> requests) {
        double sigmaMin = model.spec().sigmaMin();
        int used = requests.stream()
                .mapToInt(r -> rows(r.step(), r.exactPreview(), sigmaMin))
                .sum();
        Rows rows = new Rows(Math.max(used, minRows));
        for (StepRequest request : requests) {
            rows.add(request, request.step().s());
            if (rows(request.step(), request.exactPreview(), sigmaMin) == 2) {
                rows.add(request, sigmaMin);
            }
        }
        rows.pad();
        float[] g = new float[rows.capacity * model.spec().dimension()];
        model.denoise(rows.batch(), g);

        List<StepResult> results = new ArrayList<>(requests.size());
        int row = 0;
        for (StepRequest request : requests) {
            int evaluations = rows(request.step(), request.exactPreview(), sigmaMin);
            results.add(result(request, g, row, evaluations));
            row += evaluations;
        }
        return results;
    }

    private StepResult result(StepRequest request, float[] g, int row, int evaluations) {
        Step step = request.step();
        float[] denoised = slice(g, row);
        float[] jumped = jump(request.x(), denoised, step.t(), step.s());
        float[] preview = null;
        if (request.exactPreview()) {
            preview = evaluations == 1
                    ? jumped.clone()
                    : jump(
                            request.x(),
                            slice(g, row + 1),
                            step.t(),
                            model.spec().sigmaMin());
        }
        if (step.noiseStd() > 0) {
            NoiseStream.addNoise(
                    jumped, (float) step.noiseStd(), request.seed(), request.sample(), request.stepIndex() + 1);
        }
        return new StepResult(jumped, denoised, preview, evaluations);
    }

    /** G = (s/t) x + (1 - s/t) g (CTM paper, section 3); exactly x when s = t. */
    private static float[] jump(float[] x, float[] g, double t, double s) {
        float keep = (float) (s / t);
        float take = (float) (1 - s / t);
        float[] jumped = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            jumped[i] = keep * x[i] + take * g[i];
        }
        return jumped;
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

        void add(StepRequest request, double target) {
            System.arraycopy(
                    request.x(), 0, x, size * request.x().length, model.spec().dimension());
            t[size] = (float) request.step().t();
            s[size] = (float) target;
            labels[size] = request.label();
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
