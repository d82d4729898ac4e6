package dev.glimpse.math;

/** The rule by which a trajectory walks from noise to a picture. */
public enum Sampler {
    /** Jumps straight along the ODE and adds no noise: gamma = 0. */
    EXACT(0),
    /** Jumps past each knot and adds fresh noise to come back to it: 0 &lt; gamma &lt; 1. */
    GAMMA(0.5),
    /** Jumps to the end each time and adds noise up to the next knot, as consistency models do: gamma = 1. */
    CM(1);

    private final double defaultGamma;

    Sampler(double defaultGamma) {
        this.defaultGamma = defaultGamma;
    }

    /** Share of fresh noise, in [0, 1], where nothing else is asked for. */
    public double defaultGamma() {
        return defaultGamma;
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
