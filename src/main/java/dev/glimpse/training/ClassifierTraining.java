package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.LoadedModule;
import dev.glimpse.model.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The training of a classifier: Adam on the cross entropy, the moving average of its weights as the result.
 *
 * <p>Confined to the thread that made it. On CPUs, the same recipe and data give the same numbers.
 */
public final class ClassifierTraining implements AutoCloseable {
    private static final int TEST_BATCH = 200;
    private static final double AVERAGE_RATE = 0.998;
    /** Batches after which the statistics have forgotten what they were before. */
    private static final int SETTLING_BATCHES = 100;

    private final ClassifierNetwork network;
    private final ClassifierRecipe recipe;
    private final DataSet data;
    private final AugmentedPictures pictures;
    private final NDManager manager;
    private final TrainingOps ops;
    private final PtSymbolBlock module;
    private final NDArray[] weights;
    private final NDArray[] statistics;
    private final NDArray[] average;
    private final NDArray[] first;
    private final NDArray[] second;
    private final NDArray[] counters;
    private int step;
    private volatile boolean stopped;

    /**
     * A training at its start.
     *
     * @param data of the network's size and with as many classes
     * @param device that computes
     */
    public ClassifierTraining(ClassifierNetwork network, ClassifierRecipe recipe, DataSet data, ComputeDevice device) {
        this.network = network;
        this.recipe = recipe;
        this.data = data;
        this.pictures = new AugmentedPictures(data, recipe);
        LoadedModule loaded = LoadedModule.of(network.trainingArchive(), device.toDevice());
        this.manager = loaded.manager();
        this.module = loaded.module();
        this.ops = new TrainingOps(device.toDevice());
        // Grad mode is off in the thread that loaded the engine and on in every other.
        JniUtils.setGradMode(true);
        statistics = network.statistics().stream()
                .map(parameter -> start(parameter, 0))
                .toArray(NDArray[]::new);
        List<Parameter> parameters = network.parameters();
        weights = new NDArray[parameters.size()];
        average = new NDArray[weights.length];
        first = new NDArray[weights.length];
        second = new NDArray[weights.length];
        counters = new NDArray[weights.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = start(parameters.get(i), i);
            average[i] = weights[i].duplicate();
            first[i] = weights[i].zerosLike();
            second[i] = weights[i].zerosLike();
            counters[i] = manager.zeros(new Shape());
            weights[i].setRequiresGradient(true);
        }
    }

    private NDArray start(Parameter parameter, int number) {
        float[] values = parameter.start().draw(parameter.size(), recipe.seed(), number);
        long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
        try (NDArray borrowed = manager.create(values, new Shape(shape))) {
            // create() lends the engine a Java buffer; the duplicate owns its memory.
            return borrowed.duplicate();
        }
    }

    /** Told after each step; called on the training's thread, which waits. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A step was taken.
         *
         * @param step steps taken, this one included
         * @param steps of the whole training
         * @param loss mean cross entropy of the step's batch, in nats
         */
        void stepped(int step, int steps, double loss);
    }

    /** Optimiser steps of the whole training. */
    public int steps() {
        return recipe.steps(data.count());
    }

    /** Trains to the last step, or until it is told to stop. */
    public void run(Listener listener) {
        while (step < steps() && !stopped) {
            listener.stepped(step + 1, steps(), advance());
            step++;
        }
        settleStatistics();
    }

    /** Lets {@link #run} return after the step it is in. Any thread. */
    public void stop() {
        stopped = true;
    }

    /** Steps taken so far. */
    public int step() {
        return step;
    }

    private double advance() {
        try (NDManager scratch = manager.newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray loss = loss(scratch, pictures.batch(step, recipe.batch(data.count())), weights);
            update(ops.grad(scratch, loss, false, weights));
            return loss.getFloat();
        }
    }

    private NDArray loss(NDManager scratch, AugmentedPictures.Batch batch, NDArray... values) {
        int rows = batch.labels().length;
        NDArray x = scratch.create(batch.x(), new Shape(rows, data.channels(), data.height(), data.width()));
        try (IValue w = TrainingOps.list(values);
                IValue s = TrainingOps.list(statistics);
                IValue images = IValue.from((PtNDArray) x);
                IValue labels = IValue.from((PtNDArray) scratch.create(batch.labels()));
                IValue result = TorchMethods.run(module, "loss", true, w, s, images, labels)) {
            return result.toTensor((PtNDManager) scratch);
        }
    }

    /** Lets the normalisations see pictures through the moving average's weights, whose result they are part of. */
    private void settleStatistics() {
        JniUtils.setGradMode(false);
        try {
            for (int i = 0; i < SETTLING_BATCHES; i++) {
                try (NDManager scratch = manager.newSubManager();
                        NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    loss(scratch, pictures.batch(i, recipe.batch(data.count())), average);
                }
            }
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    private void update(NDArray... gradients) {
        double share = 1 - Math.min(AVERAGE_RATE, (1.0 + step) / (10.0 + step));
        // A change in place of a tensor that gradients are asked for is refused while a graph is recorded.
        JniUtils.setGradMode(false);
        try (IValue w = TrainingOps.list(weights);
                IValue g = TrainingOps.list(gradients);
                IValue m = TrainingOps.list(first);
                IValue v = TrainingOps.list(second);
                IValue c = TrainingOps.list(counters);
                IValue e = TrainingOps.list(average);
                IValue rate = IValue.from(recipe.rate(step, steps()));
                IValue way = IValue.from(share)) {
            TorchMethods.run(module, "update", true, w, g, m, v, c, rate, e, way)
                    .close();
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Share of some pictures whose class the moving average's weights name, 0..1. */
    public double accuracy(DataSet test) {
        int right = 0;
        for (int from = 0; from < test.count(); from += TEST_BATCH) {
            int rows = Math.min(TEST_BATCH, test.count() - from);
            float[] x = new float[rows * test.dimension()];
            for (int i = 0; i < rows; i++) {
                test.read(from + i, x, i * test.dimension());
            }
            try (NDManager scratch = manager.newSubManager();
                    NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray images = scratch.create(x, new Shape(rows, test.channels(), test.height(), test.width()));
                long[] named = classes(scratch, images);
                for (int i = 0; i < rows; i++) {
                    right += named[i] == test.label(from + i) ? 1 : 0;
                }
            }
        }
        return (double) right / test.count();
    }

    private long[] classes(NDManager scratch, NDArray images) {
        try (IValue w = TrainingOps.list(average);
                IValue s = TrainingOps.list(statistics);
                IValue input = IValue.from((PtNDArray) images);
                IValue result = TorchMethods.run(module, "logits", false, w, s, input)) {
            return result.toTensor((PtNDManager) scratch).argMax(1).toLongArray();
        }
    }

    /** The moving average's weights and the statistics, one float32 array per name. */
    public Map<String, float[]> weights() {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (int i = 0; i < average.length; i++) {
            values.put(network.parameters().get(i).name(), HostValues.of(average[i]));
        }
        for (int i = 0; i < statistics.length; i++) {
            values.put(network.statistics().get(i).name(), HostValues.of(statistics[i]));
        }
        return values;
    }

    @Override
    public void close() {
        module.close();
        ops.close();
        manager.close();
    }
}
