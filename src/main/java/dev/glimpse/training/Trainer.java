package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A training run: steps on shards of each batch, one optimiser, moving averages, checkpoints.
 *
 * <p>Confined to the thread that made it, which owns the optimiser and waits for the shard threads. On CPUs, the same
 * recipe, inputs and number of shards give the same numbers, whether or not the run was interrupted in between. On GPUs
 * some of the engine's gradients are added up in an order that varies.
 *
 * <p>A step whose gradients are not finite is left out and still counts, and with it the turn of whom it would have
 * updated, network or critics. The official code stays at such a step and tries other pictures. Here all that is random
 * about a step follows from its number, so that it would end the same way again.
 */
public final class Trainer implements AutoCloseable {
    private final TrainingRecipe recipe;
    private final Path directory;
    private final Shards shards;
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final Learner learner;
    private final @Nullable CriticLearner critics;
    private final PictureLoader loader;
    private final RunOrigin origin;
    private final List<String> changes;
    private final List<String> startNotes = new ArrayList<>();
    private final BadSteps badSteps = new BadSteps();
    private int step;
    private int kept;
    private volatile boolean stopped;

    /**
     * Prepares a run, from its newest checkpoint where there is one.
     *
     * @param recipe what to learn and how
     * @param inputs what to learn from
     * @param placement threads and devices
     * @param directory holds the run's checkpoint
     */
    public Trainer(TrainingRecipe recipe, TrainingInputs inputs, Placement placement, Path directory)
            throws IOException {
        inputs.requireFit(recipe);
        this.recipe = recipe;
        this.directory = directory;
        Device device = placement.first();
        network = EmittedNetwork.load(recipe.network(), recipe.spec().sigmaData(), device);
        ops = new TrainingOps(device);
        JniUtils.setNumThreads(1);
        Optional<Checkpoint> checkpoint = Checkpoint.latest(directory);
        RunOrigin now = RunOrigin.of(recipe, inputs, placement);
        origin = checkpoint.map(c -> RunOrigin.of(c, inputs.data())).orElse(now);
        origin.requireSame(now);
        changes = origin.changes(now);
        if (checkpoint.isPresent()) {
            step = checkpoint.get().number(Checkpoint.STEP);
            kept = step;
            learner = Learner.resume(network, ops, recipe, checkpoint.get());
        } else {
            inputs.requireStart(recipe);
            learner = Learner.start(network, ops, recipe, startingWeights(inputs));
        }
        Goal.Adversarial adversarial = recipe.adversarial();
        critics = adversarial == null
                ? null
                : new CriticLearner(recipe, adversarial, inputs, ops, checkpoint.orElse(null));
        loader = new PictureLoader(inputs.data(), recipe, step);
        shards = new Shards(recipe, inputs, placement);
    }

    /** Number of shards, with which alone a run can go on, of the checkpoint in a directory; empty for none. */
    public static OptionalInt shardsOf(Path directory) throws IOException {
        return Checkpoint.latest(directory).stream()
                .mapToInt(checkpoint -> checkpoint.number(RunOrigin.SHARDS))
                .findFirst();
    }

    /** What the run goes on with and did not begin with, so that its numbers are not those of an unbroken one. */
    public List<String> changes() {
        return changes;
    }

    /** How the weights that the run begins with do not fit its network, in words; empty where it goes on. */
    public List<String> startNotes() {
        return List.copyOf(startNotes);
    }

    /** Checksum of the weights the run began with; empty where they were the teacher's or random. */
    public Optional<String> startedFrom() {
        return Optional.ofNullable(origin.facts().get(RunOrigin.INIT));
    }

    private Map<String, float[]> startingWeights(TrainingInputs inputs) {
        ModelDirectory from = inputs.init() == null ? inputs.teacher() : inputs.init();
        Goal.NewBranch branch = recipe.goal() instanceof Goal.Jumps jumps ? jumps.newBranch() : Goal.NewBranch.RANDOM;
        @Nullable Map<String, float[]> weights = from == null ? null : from.weights();
        if (weights != null) {
            startNotes.addAll(StartingWeights.differences(network.parameters(), weights.keySet()));
        }
        return StartingWeights.of(network.parameters(), recipe.seed(), weights, branch);
    }

    /** Steps taken so far, those before a resume included. */
    public int step() {
        return step;
    }

    /** The step of the newest checkpoint, and of the model that goes with it; 0 for none. */
    public int kept() {
        return kept;
    }

    /** Number of trainable values. */
    public long parameterCount() {
        return network.parameters().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Runs until the recipe's last step or until it is told to stop, and leaves a checkpoint either way, unless its
     * last step came to no finite numbers: then the one before stays.
     *
     * @throws TrainingDivergedException after many steps in a row whose gradients were not finite, or after such a last
     *     step
     * @throws DataSetException if a picture turns out to be broken; the steps before it are kept as well
     */
    public void run(TrainingListener listener) throws IOException {
        while (step < recipe.schedule().steps() && !stopped) {
            PictureLoader.Pictures pictures;
            long startNanos = System.nanoTime();
            try {
                pictures = loader.next();
            } catch (DataSetException e) {
                keep(listener);
                throw e;
            }
            listener.stepped(advance(pictures, startNanos));
            if (isDue() && step < recipe.schedule().steps()) {
                keep(listener);
            }
        }
        if (!keep(listener) && !stopped) {
            throw new TrainingDivergedException("gradients or weights: not finite at step " + step + ", the last one");
        }
    }

    /** After a step that was due and could not be kept, the next one that can be is due. */
    private boolean isDue() {
        return step / recipe.snapshotEvery() > kept / recipe.snapshotEvery();
    }

    /**
     * Takes a snapshot, which replaces the one before, if what the run has come to is worth it.
     *
     * <p>Weights may have left all reason long before they stop being finite. Gradients tell first.
     */
    private boolean keep(TrainingListener listener) throws IOException {
        boolean sound = badSteps.lastWasSound() && learner.isFinite() && (critics == null || critics.isFinite());
        if (sound) {
            snapshot(listener);
            kept = step;
        }
        return sound;
    }

    /** Lets {@link #run} return after the step it is in. Any thread. */
    public void stop() {
        stopped = true;
    }

    private void snapshot(TrainingListener listener) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>(origin.facts());
        Map<String, Supplier<Map<String, HostTensor>>> groups = new LinkedHashMap<>();
        learner.save(facts, groups);
        if (critics != null) {
            critics.save(facts, groups);
        }
        Checkpoint.write(directory, step, facts, groups);
        listener.snapshot(step, learner.result());
    }

    private TrainingListener.Statistics advance(PictureLoader.Pictures pictures, long startNanos) {
        long loadedNanos = System.nanoTime();
        double rate = recipe.rate(step);
        try (NDManager manager = network.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            List<Losses> losses = computeShards(manager, pictures);
            NDArray[] gradients = losses.get(0).gradients();
            for (Losses other : losses.subList(1, losses.size())) {
                ops.add(manager, gradients, other.gradients(), 1);
            }
            double norm = ops.norm(manager, gradients);
            boolean finite = Double.isFinite(norm);
            badSteps.count(isOfCritics(), finite, step);
            if (finite) {
                update(manager, gradients, rate);
            }
            step++;
            return new TrainingListener.Statistics(
                    step,
                    recipe.schedule().steps(),
                    Losses.meanTerms(losses),
                    norm,
                    rate,
                    recipe.seenBefore(step),
                    System.nanoTime() - startNanos,
                    loadedNanos - startNanos,
                    Losses.meanAtBound(losses));
        }
    }

    private boolean isOfCritics() {
        return recipe.phase(step) == Goal.Phase.CRITICS;
    }

    private void update(NDManager manager, NDArray[] gradients, double rate) {
        if (critics != null && isOfCritics()) {
            critics.update(manager, gradients, rate);
        } else {
            learner.update(manager, gradients, rate);
        }
    }

    private List<Losses> computeShards(NDManager owner, PictureLoader.Pictures pictures) {
        NDArray[] target =
                recipe.goal() instanceof Goal.Jumps jumps ? learner.average(jumps.targetRate()) : learner.weights();
        StepTensors tensors =
                new StepTensors(learner.weights(), target, critics == null ? List.of() : critics.tensors());
        return shards.run(owner, recipe.schedule().batch(), step, pictures, recipe.phase(step), tensors);
    }

    @Override
    public void close() {
        shards.close();
        loader.close();
        if (critics != null) {
            critics.close();
        }
        ops.close();
        network.close();
    }
}
