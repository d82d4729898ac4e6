package dev.glimpse.training;

import ai.djl.ndarray.NDArray;

/**
 * The tensors of the critics over one feature network, in the orders of {@link CriticNetwork}.
 *
 * @param weights trained
 * @param projections random and frozen
 * @param u left vectors of the power iteration
 * @param v right vectors
 */
record CriticTensors(NDArray[] weights, NDArray[] projections, NDArray[] u, NDArray[] v) {}
