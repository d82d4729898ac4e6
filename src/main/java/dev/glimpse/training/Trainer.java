package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A training run: steps on shards of each batch, one optimiser, one moving average, checkpoints.
 *
 * <p>Confined to the thread that made it, which owns the optimiser and waits for the shard threads. The same recipe,
 * data and number of shards give the same numbers, whether or not the run was interrupted in between.
 */
public final class Trainer implements AutoCloseable {
    private static final int MAX_BAD_STEPS = 20;

    private final TrainingRecipe recipe;
    private final Path checkpointFile;
    private final List<Shard> shards = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final NDArray[] weights;
    private final NDArray[] average;
    private final NDArray[] first;
    private final NDArray[] second;
    private final NDArray[] counters;
    private int step;
    private int badSteps;
    private volatile boolean stopped;

    /**
     * Prepares a run, from its checkpoint where there is one.
     *
     * @param recipe what to learn and how
     * @param data pictures of the recipe's size
     * @param shardCount threads that share each batch; part of what decides the numbers
     * @param checkpointFile read if it exists, written while the run goes on
     */
    public Trainer(TrainingRecipe recipe, ImageDataSet data, int shardCount, Path checkpointFile) throws IOException {
        this.recipe = recipe;
        this.checkpointFile = checkpointFile;
        requireFit(recipe, data);
        Device device = Device.cpu();
        network = EmittedNetwork.load(recipe.network(), recipe.times().sigmaData(), device);
        ops = new TrainingOps(device);
        JniUtils.setNumThreads(1);
        Checkpoint start = Files.exists(checkpointFile)
                ? Checkpoint.read(checkpointFile, network.parameters())
                : Initialisation.of(network.parameters(), recipe);
        if (!start.recipe().equals(recipe.toString())) {
            throw new IllegalArgumentException(checkpointFile + ": written by another recipe (expected: " + recipe
                    + "; was: " + start.recipe() + ")");
        }
        step = start.step();
        weights = network.upload(start.groups().get(Checkpoint.WEIGHTS));
        average = network.upload(start.groups().get(Checkpoint.AVERAGE));
        first = network.upload(start.groups().get(Checkpoint.FIRST));
        second = network.upload(start.groups().get(Checkpoint.SECOND));
        counters = new NDArray[weights.length];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = network.manager().full(new Shape(), (float) step);
            weights[i].setRequiresGradient(true);
        }
        for (int i = 0; i < shardCount; i++) {
            int number = i;
            ExecutorService thread = Executors.newSingleThreadExecutor(r -> new Thread(r, "shard-" + number));
            threads.add(thread);
            shards.add(await(thread.submit(() -> new Shard(recipe, data, device))));
        }
    }

    private static void requireFit(TrainingRecipe recipe, ImageDataSet data) {
        int size = recipe.network().imageSize();
        TrainingRecipe.require(
                data.width() == size
                        && data.height() == size
                        && data.channels() == recipe.network().imageChannels(),
                "data",
                data.channels() + " x " + data.height() + " x " + data.width(),
                recipe.network().imageChannels() + " x " + size + " x " + size);
        TrainingRecipe.require(
                recipe.network().labels() == 0
                        || recipe.network().labels() == data.classes().size(),
                "labels",
                recipe.network().labels(),
                data.classes().size() + ", the data set's classes");
    }

    /** Steps taken so far, those before a resume included. */
    public int step() {
        return step;
    }

    /** Number of trainable values. */
    public long parameterCount() {
        return network.parameters().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Runs until the recipe's last step or until it is told to stop, and leaves a checkpoint either way.
     *
     * @throws TrainingDivergedException after many steps in a row whose gradients were not finite
     */
    public void run(TrainingListener listener) throws IOException {
        while (step < recipe.steps() && !stopped) {
            listener.stepped(advance());
            if (step % recipe.snapshotEvery() == 0 && step < recipe.steps()) {
                listener.snapshot(step, save());
            }
        }
        listener.snapshot(step, save());
    }

    /** Lets {@link #run} return after the step it is in. Any thread. */
    public void stop() {
        stopped = true;
    }

    private TrainingListener.Statistics advance() {
        long start = System.nanoTime();
        try (NDManager manager = network.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            List<Losses> losses = computeShards(manager);
            NDArray[] gradients = losses.get(0).gradients();
            for (Losses other : losses.subList(1, losses.size())) {
                ops.call(manager, "accumulate", TrainingOps.list(gradients), TrainingOps.list(other.gradients()));
            }
            double norm = ops.call(manager, "norm", TrainingOps.list(gradients), IValue.from(1.0 / losses.size()))
                    .getFloat();
            if (Double.isFinite(norm)) {
                badSteps = 0;
                update(manager, gradients);
            } else if (++badSteps > MAX_BAD_STEPS) {
                throw new TrainingDivergedException("gradients: not finite for " + badSteps + " steps in a row at step "
                        + step + " (expected: finite; a lower learning_rate or a longer warmup usually helps)");
            }
            step++;
            return new TrainingListener.Statistics(
                    step,
                    recipe.steps(),
                    losses.stream().mapToDouble(Losses::dsm).average().orElseThrow(),
                    losses.stream().mapToDouble(Losses::ctm).average().orElseThrow(),
                    losses.stream().mapToDouble(Losses::lambda).average().orElseThrow(),
                    norm,
                    recipe.rate(step - 1),
                    recipe.seenBefore(step),
                    System.nanoTime() - start);
        }
    }

    private List<Losses> computeShards(NDManager owner) {
        int batch = recipe.stage(step).batch();
        List<Future<Losses>> pending = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            int from = batch * i / shards.size();
            int to = batch * (i + 1) / shards.size();
            pending.add(threads.get(i).submit(() -> shard.run(owner, step, from, to, weights, average)));
        }
        return pending.stream().map(Trainer::await).toList();
    }

    /** Adam, then the moving average; its rate rises with the step so that it soon forgets the random start. */
    private void update(NDManager manager, NDArray[] gradients) {
        JniUtils.setGradMode(false);
        try {
            ops.call(
                    manager,
                    "adam",
                    TrainingOps.list(weights),
                    TrainingOps.list(gradients),
                    TrainingOps.list(first),
                    TrainingOps.list(second),
                    TrainingOps.list(counters),
                    IValue.from(recipe.rate(step)));
            double rate = Math.min(recipe.emaRate(), (1.0 + step) / (10.0 + step));
            ops.call(manager, "ema", TrainingOps.list(average), TrainingOps.list(weights), IValue.from(1 - rate));
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    private Map<String, float[]> save() throws IOException {
        Map<String, float[]> averages = download(average);
        Map<String, Map<String, float[]>> groups = new LinkedHashMap<>();
        groups.put(Checkpoint.WEIGHTS, download(weights));
        groups.put(Checkpoint.AVERAGE, averages);
        groups.put(Checkpoint.FIRST, download(first));
        groups.put(Checkpoint.SECOND, download(second));
        new Checkpoint(step, recipe.toString(), groups).write(checkpointFile, network.parameters());
        return averages;
    }

    private Map<String, float[]> download(NDArray[] arrays) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (int i = 0; i < arrays.length; i++) {
            values.put(network.parameters().get(i).name(), arrays[i].toFloatArray());
        }
        return values;
    }

    private static <T> T await(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // The step is finished first: half a step cannot be resumed.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a shard failed: " + e.getCause().getMessage(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            await(threads.get(i).submit(shard::close));
            threads.get(i).shutdown();
        }
        ops.close();
        network.close();
    }
}
