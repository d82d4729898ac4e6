package dev.glimpse.training;

import ai.djl.ndarray.NDArray;

/**
 * What one shard of a step gave.
 *
 * @param gradients of the shard's mean loss, one per parameter; owned by the step
 * @param dsm denoising score matching loss
 * @param ctm consistency trajectory loss; 0 in the first stage
 * @param lambda adaptive weight of the denoising loss; 1 in the first stage
 */
record Losses(NDArray[] gradients, double dsm, double ctm, double lambda) {}
