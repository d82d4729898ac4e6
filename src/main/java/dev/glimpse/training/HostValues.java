package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Values of tensors, in Java's memory. */
final class HostValues {
    private HostValues() {}

    /**
     * All values of a tensor on any device, row by row.
     *
     * <p>Of one on a GPU the engine makes a copy in the host's memory and gives it to the manager that owns the tensor,
     * until that closes: for weights, when the run ends. So a manager of the moment owns what is read.
     */
    static float[] of(NDArray array) {
        try (NDManager moment = array.getManager().newSubManager()) {
            NDArray read = array.duplicate();
            read.attach(moment);
            return read.toFloatArray();
        }
    }
}
