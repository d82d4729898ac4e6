package dev.glimpse.math;

/** The rule by which a trajectory walks from noise to a picture. */
public enum Sampler {
    /** Jumps straight along the ODE and adds no noise: gamma = 0. */
    EXACT,
    /** Jumps past each knot and adds fresh noise to come back to it: 0 &lt; gamma &lt; 1. */
    GAMMA,
    /** Jumps to the end each time and adds noise up to the next knot, as consistency models do: gamma = 1. */
    CM
}
