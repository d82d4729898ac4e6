package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.Upload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The share of every step that one thread computes, microbatch by microbatch: losses of its rows and their gradients.
 *
 * <p>Shards read the same weights at the same time and never write them. One thread each, with one intra-op thread,
 * scales better than intra-op threads, which spin against whatever else runs.
 */
final class Shard implements AutoCloseable {
    private final TrainingRecipe recipe;
    private final Shape picture;
    private final Draws draws;
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final Upload upload = new Upload();
    private final Objective objective;

    /** @param teacher the one of all shards */
    Shard(TrainingRecipe recipe, TrainingInputs inputs, TeacherWeights teacher, Device device) {
        DataSet data = inputs.data();
        this.recipe = recipe;
        this.picture = new Shape(data.channels(), data.height(), data.width());
        this.draws = new Draws(recipe, data.dimension());
        this.network = EmittedNetwork.load(
                recipe.network(), recipe.spec().sigmaData(), recipe.schedule().emission(device), device);
        this.ops = new TrainingOps(device);
        this.objective = recipe.goal() instanceof Goal.Jumps jumps
                ? JumpObjective.load(recipe, jumps, inputs, teacher, network, ops)
                : new DenoiserObjective(recipe, network, ops);
    }

    /**
     * A shard's share of a step.
     *
     * @param step of the run, from 0
     * @param pictures of the whole batch
     * @param from first row
     * @param to one beyond the last row
     * @param parts shards that share the step
     * @param phase what the step updates
     */
    record Share(int step, PictureLoader.Pictures pictures, int from, int to, int parts, Goal.Phase phase) {
        /**
         * Where each group of rows begins that is computed together, and where the last one ends: groups of one size,
         * give or take a row, as a small rest would count as much as the others where gradients are summed.
         *
         * @param most rows of a group
         */
        int[] bounds(int most) {
            int rows = to - from;
            int groups = (rows + most - 1) / most;
            return IntStream.rangeClosed(0, groups)
                    .map(group -> from + (int) ((long) rows * group / groups))
                    .toArray();
        }
    }

    /** Gradients of the share, of which those of all shards are to be added; owned by {@code owner}. */
    Losses run(NDManager owner, Share share, StepTensors tensors) {
        boolean home = owner.getDevice().equals(network.manager().getDevice());
        return home ? computation(share).compute(owner, tensors) : away(owner, share, tensors);
    }

    /** The same where the tensors and their owner are on another device. */
    Losses away(NDManager owner, Share share, StepTensors tensors) {
        return new Replica(network.manager(), ops).compute(owner, tensors, computation(share));
    }

    /** What knows no other tensors than those it is given. */
    private Replica.Computation computation(Share share) {
        return (owner, tensors) -> compute(owner, share, tensors);
    }

    private Losses compute(NDManager owner, Share share, StepTensors tensors) {
        List<Losses> parts = new ArrayList<>();
        NDArray[] sum = {};
        int[] bounds = share.bounds(recipe.schedule().microbatch());
        for (int group = 0; group + 1 < bounds.length; group++) {
            int from = bounds[group];
            int to = bounds[group + 1];
            try (NDManager manager = network.manager().newSubManager();
                    NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                Draw draw = draws.rows(share.step(), share.pictures(), from, to);
                Rows rows = new Rows(
                        manager, upload, draw, picture, recipe.network().labels());
                Losses losses = objective.compute(
                        rows,
                        new Objective.Weights(
                                tensors.student(),
                                tensors.target(),
                                keys(share.step(), from),
                                share.phase(),
                                tensors.critics()));
                parts.add(losses.weighing(weight(to - from)));
                double factor = factor(share, to - from);
                if (sum.length == 0) {
                    ops.scale(manager, losses.gradients(), factor);
                    sum = losses.gradients();
                    for (NDArray gradient : sum) {
                        NDScope.unregister(gradient);
                        gradient.attach(owner);
                    }
                } else {
                    ops.add(manager, sum, losses.gradients(), factor);
                }
            }
        }
        int weight = parts.stream().mapToInt(Losses::weight).sum();
        return new Losses(sum, Losses.meanTerms(parts), Losses.meanAtBound(parts), weight);
    }

    private DropoutKeys keys(int step, int from) {
        int layers = recipe.schedule().dropout() == 0 ? 0 : network.dropouts();
        return new DropoutKeys(recipe.seed(), step, from, layers);
    }

    /** What the losses of a microbatch of so many rows count as beside others', as their gradients do. */
    private int weight(int rows) {
        return isMean() ? rows : 1;
    }

    private boolean isMean() {
        return recipe.schedule().accumulation() == Schedule.Accumulation.MEAN;
    }

    private double factor(Share share, int rows) {
        return isMean() ? (double) rows / recipe.schedule().batch() : 1.0 / share.parts();
    }

    @Override
    public void close() {
        objective.close();
        ops.close();
        network.close();
    }
}
