package dev.glimpse.training;

import ai.djl.ndarray.NDArray;

/** What a run's goal makes of a microbatch: losses and their gradients. */
interface Objective extends AutoCloseable {
    /** @param target the moving average that jumps are carried on by; not read by a denoiser */
    Losses compute(Rows rows, NDArray[] student, NDArray[] target);

    @Override
    void close();
}
