package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * What all shards read during a step.
 *
 * @param student weights being trained
 * @param target their moving average
 * @param critics empty where the recipe has none
 */
record StepTensors(NDArray[] student, NDArray[] target, List<CriticTensors> critics) {
    /** Copies on the operations' device, which {@code manager} owns, trained ones ready to be differentiated by. */
    StepTensors copy(TrainingOps ops, NDManager manager) {
        return new StepTensors(
                copy(ops, manager, student),
                copy(ops, manager, target),
                critics.stream()
                        .map(c -> new CriticTensors(
                                copy(ops, manager, c.weights()),
                                copy(ops, manager, c.projections()),
                                copy(ops, manager, c.u()),
                                copy(ops, manager, c.v())))
                        .toList());
    }

    private static NDArray[] copy(TrainingOps ops, NDManager manager, NDArray[] arrays) {
        NDArray[] copies = ops.copy(manager, arrays);
        for (int i = 0; i < arrays.length; i++) {
            copies[i].setRequiresGradient(arrays[i].hasGradient());
        }
        return copies;
    }
}
