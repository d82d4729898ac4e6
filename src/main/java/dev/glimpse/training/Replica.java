package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/**
 * A device beside the one that holds a step's tensors: they are copied to it, and gradients are brought home.
 *
 * @param manager of the device
 * @param ops of the device
 */
record Replica(NDManager manager, TrainingOps ops) {
    /** What is computed on a device. */
    @FunctionalInterface
    interface Computation {
        /**
         * Losses of a share.
         *
         * @param owner of the gradients
         * @param tensors on the same device
         */
        Losses compute(NDManager owner, StepTensors tensors);
    }

    /** What comes of the copies, with gradients that {@code home} owns; nothing else is left. */
    Losses compute(NDManager home, StepTensors tensors, Computation computation) {
        try (NDManager local = manager.newSubManager()) {
            Losses losses = computation.compute(local, tensors.copy(ops, local));
            NDArray[] gradients = Arrays.stream(losses.gradients())
                    .map(gradient -> {
                        NDArray moved = gradient.toDevice(home.getDevice(), true);
                        moved.attach(home);
                        return moved;
                    })
                    .toArray(NDArray[]::new);
            return new Losses(gradients, losses.terms(), losses.atBound(), losses.weight());
        }
    }
}
