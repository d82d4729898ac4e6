package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Preconditioning;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.Labels;

/**
 * The share of every step that one thread computes: losses of its rows and their gradients.
 *
 * <p>Shards read the same weights at the same time and never write them. One thread each, with one intra-op thread,
 * scales better than intra-op threads, which spin against whatever else runs.
 *
 * <p>Symbols follow the CTM paper: x_t = x_0 + t eps; the student jumps t -> s, the teacher walks t -> u, both ends are
 * carried to sigma_min by the moving average, where they are compared.
 */
final class Shard implements AutoCloseable {
    private static final double HUBER_C = 0.03;

    private final TrainingRecipe recipe;
    private final ImageDataSet data;
    private final TimeDraws draws;
    private final BatchOrder order;
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final int lastLayer;

    Shard(TrainingRecipe recipe, ImageDataSet data, Device device) {
        this.recipe = recipe;
        this.data = data;
        this.draws = new TimeDraws(recipe.times(), recipe.seed());
        this.order = new BatchOrder(data.count(), recipe.seed());
        this.network = EmittedNetwork.load(recipe.network(), recipe.times().sigmaData(), device);
        this.ops = new TrainingOps(device);
        this.lastLayer = indexOfLastWeight();
    }

    private int indexOfLastWeight() {
        // Parameters come in the order of use, so the output convolution's weight and bias are the last two.
        return network.parameters().size() - 2;
    }

    /**
     * Computes rows {@code from} to {@code to} of a step's batch.
     *
     * @param owner owns the gradients that are returned
     * @param step of the run, from 0
     */
    Losses run(NDManager owner, int step, int from, int to, NDArray[] student, NDArray[] target) {
        try (NDManager manager = network.manager().newSubManager();
                NDScope scope = new NDScope();
                IValue studentWeights = network.list(student);
                IValue targetWeights = network.list(target)) {
            scope.suppressNotUsedWarning();
            Rows rows = new Rows(manager, step, from, to, studentWeights, targetWeights);
            Losses losses = step < recipe.denoiser().steps()
                    ? denoiserLosses(manager, rows, student)
                    : jumpLosses(manager, rows, student);
            for (NDArray gradient : losses.gradients()) {
                NDScope.unregister(gradient);
                gradient.attach(owner);
            }
            return losses;
        }
    }

    private Losses denoiserLosses(NDManager manager, Rows rows, NDArray[] student) {
        NDArray dsm = rows.denoisingLoss();
        NDArray[] gradients = ops.grad(manager, dsm, false, student);
        return new Losses(gradients, dsm.getFloat(), 0, 1);
    }

    private Losses jumpLosses(NDManager manager, Rows rows, NDArray[] student) {
        NDArray ctm = rows.jumpLoss();
        NDArray dsm = rows.denoisingLoss();
        NDArray last = student[lastLayer];
        NDArray lambda = ops.call(
                manager, "balance", ops.grad(manager, ctm, true, last)[0], ops.grad(manager, dsm, true, last)[0]);
        NDArray total = ops.call(manager, "weigh", ctm, dsm, lambda);
        NDArray[] gradients = ops.grad(manager, total, false, student);
        return new Losses(gradients, dsm.getFloat(), ctm.getFloat(), lambda.getFloat());
    }

    @Override
    public void close() {
        ops.close();
        network.close();
    }

    /** The rows of one step and what is computed from them. */
    private final class Rows {
        private final NDManager manager;
        private final int step;
        private final int from;
        private final int count;
        private final int batch;
        private final IValue student;
        private final IValue target;
        private final float[] x0;
        private final NDArray clean;
        private final NDArray labels;

        Rows(NDManager manager, int step, int from, int to, IValue student, IValue target) {
            this.manager = manager;
            this.step = step;
            this.from = from;
            this.count = to - from;
            this.batch = recipe.stage(step).batch();
            this.student = student;
            this.target = target;
            x0 = new float[count * data.dimension()];
            int[] classes = new int[count];
            for (int i = 0; i < count; i++) {
                int picture = order.at(recipe.seenBefore(step) + from + i);
                data.read(picture, x0, i * data.dimension());
                classes[i] = data.labels()[picture] & 0xFF;
            }
            int columns = Math.max(1, recipe.network().labels());
            clean = images(x0);
            labels = manager.create(
                    Labels.oneHot(classes, count, recipe.network().labels()), new Shape(count, columns));
        }

        /**
         * L_DSM: mean of (sigma^2 + sigma_data^2) / (sigma sigma_data)^2 |g(x_0 + sigma eps, sigma, sigma) - x_0|^2.
         */
        NDArray denoisingLoss() {
            float[] sigma = new float[count];
            float[] weight = new float[count];
            Preconditioning scalings = new Preconditioning(recipe.times().sigmaData());
            for (int i = 0; i < count; i++) {
                double level = draws.sigma(step, from + i, batch);
                sigma[i] = (float) level;
                weight[i] = (float) scalings.lossWeight(level);
            }
            NDArray x = images(noisy(sigma, 2 * step + 1));
            NDArray time = manager.create(sigma);
            NDArray denoised = call("denoise", student, true, x, time, time);
            return ops.call(manager, "dsm", denoised, clean, manager.create(weight));
        }

        /**
         * L_CTM: pseudo-Huber distance at sigma_min between the student's jump t -> s and the teacher's t -> u -> s.
         */
        NDArray jumpLoss() {
            int h = draws.solverSteps(step);
            TimeDraws.Triple[] triples = new TimeDraws.Triple[count];
            for (int i = 0; i < count; i++) {
                triples[i] = draws.triple(step, from + i, h);
            }
            float[] t = knots(triples, 0);
            float[] s = new float[count];
            float[] end = new float[count];
            for (int i = 0; i < count; i++) {
                s[i] = (float) draws.knot(triples[i].s());
                end[i] = (float) recipe.times().sigmaMin();
            }
            NDArray xT = images(noisy(t, 2 * step));
            NDArray timeT = manager.create(t);
            NDArray timeU = manager.create(knots(triples, h));
            NDArray timeS = manager.create(s);
            NDArray timeEnd = manager.create(end);
            NDArray xU = solve(xT, triples, h);
            NDArray there = call("jump", student, false, xU, timeU, timeS);
            NDArray expected = call("jump", target, false, there, timeS, timeEnd);
            NDArray jumped = call("jump", student, true, xT, timeT, timeS);
            NDArray estimate = call("jump", target, true, jumped, timeS, timeEnd);
            return ops.huber(manager, estimate, expected, HUBER_C);
        }

        /** h Heun steps along the ODE dx/dt = (x - g(x, t, t)) / t with the moving average's denoiser. */
        private NDArray solve(NDArray start, TimeDraws.Triple[] triples, int h) {
            NDArray x = start;
            for (int k = 0; k < h; k++) {
                NDArray t = manager.create(knots(triples, k));
                NDArray u = manager.create(knots(triples, k + 1));
                NDArray d = call("denoise", target, false, x, t, t);
                NDArray x2 = ops.call(manager, "euler", x, d, t, u);
                NDArray d2 = call("denoise", target, false, x2, u, u);
                x = ops.call(manager, "heun", x, d, t, x2, d2, u);
            }
            return x;
        }

        private float[] knots(TimeDraws.Triple[] triples, int offset) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) draws.knot(triples[i].t() + offset);
            }
            return values;
        }

        /** x_0 + std eps, with the noise of one block. */
        private float[] noisy(float[] std, int block) {
            float[] x = x0.clone();
            int dimension = data.dimension();
            float[] row = new float[dimension];
            for (int i = 0; i < count; i++) {
                System.arraycopy(x0, i * dimension, row, 0, dimension);
                NoiseStream.addNoise(row, std[i], recipe.seed(), from + i, block);
                System.arraycopy(row, 0, x, i * dimension, dimension);
            }
            return x;
        }

        private NDArray images(float[] values) {
            return manager.create(values, new Shape(count, data.channels(), data.height(), data.width()));
        }

        private NDArray call(String method, IValue weights, boolean gradients, NDArray x, NDArray t, NDArray s) {
            // Always through the graph-capable call: results of inference mode cannot enter a loss.
            JniUtils.setGradMode(gradients);
            try {
                return network.call(method, true, weights, x, t, s, labels);
            } finally {
                JniUtils.setGradMode(true);
            }
        }
    }
}
