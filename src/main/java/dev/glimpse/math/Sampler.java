package dev.glimpse.math;

import java.util.Locale;

/** The rule by which a trajectory walks from noise to a picture. */
public enum Sampler {
    /** Jumps straight along the ODE and adds no noise: gamma = 0. */
    EXACT(0),
    /** Jumps past each knot and adds fresh noise to come back to it: 0 &lt; gamma &lt; 1. */
    GAMMA(0.5),
    /** Jumps to the end each time and adds noise up to the next knot, as consistency models do: gamma = 1. */
    CM(1),
    /**
     * Jumps to a time of one's choice, adds noise back up to another and jumps to the end: the official code's two-step
     * "gamma" sampler, whose size of grid is a parameter here and not the 40 that its code takes for granted.
     */
    TWO_JUMP(0),
    /**
     * Solves the ODE with the denoiser g(x, t, t) by Heun's method, two evaluations a step and one for the last: EDM
     * paper (Karras et al. 2022) algorithm 2. Needs no jumps, so a plain denoiser can walk it too.
     */
    HEUN(0);

    private final double defaultGamma;

    Sampler(double defaultGamma) {
        this.defaultGamma = defaultGamma;
    }

    /** Share of fresh noise, in [0, 1], where nothing else is asked for. */
    public double defaultGamma() {
        return defaultGamma;
    }

    /** The name as people and clients write it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The rule that a share of fresh noise stands for.
     *
     * @param gamma in [0, 1]
     */
    public static Sampler of(double gamma) {
        if (gamma == 0) {
            return EXACT;
        }
        return gamma == 1 ? CM : GAMMA;
    }
}
