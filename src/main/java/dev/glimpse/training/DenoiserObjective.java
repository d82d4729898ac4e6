package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import dev.glimpse.model.EmittedNetwork;
import java.util.Map;

/** The denoising loss alone: the objective of a teacher. */
final class DenoiserObjective implements Objective {
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final DenoiserLoss loss;

    DenoiserObjective(TrainingRecipe recipe, EmittedNetwork network, TrainingOps ops) {
        this.network = network;
        this.ops = ops;
        this.loss = new DenoiserLoss(ops, recipe.spec().sigmaData());
    }

    @Override
    public Losses compute(Rows rows, Weights weights) {
        try (WeightedNetwork denoiser = new WeightedNetwork(network, weights.dropout(), weights.student())) {
            NDArray dsm = ops.mean(rows.manager(), loss.perPicture(rows, denoiser));
            NDArray[] gradients =
                    ops.grad(rows.manager(), dsm, false, Objective.trained(network.parameters(), weights.student()));
            return new Losses(gradients, Map.of(LossNames.DSM, (double) dsm.getFloat()));
        }
    }

    @Override
    public void close() {
        // The network and the operations are the shard's.
    }
}
