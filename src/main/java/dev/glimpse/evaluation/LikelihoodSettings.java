package dev.glimpse.evaluation;

/**
 * How likelihoods are computed.
 *
 * @param integrator solves the ODE of each picture by itself
 * @param dequantisation how a picture becomes a point
 * @param cellSize of an 8-bit value
 * @param probe law of the vectors that estimate the divergence
 * @param probes number of those vectors, 1..{@value #MAX_PROBES}; each has its own estimate
 * @param seed key of all noise
 */
public record LikelihoodSettings(
        Integrator integrator, Dequantisation dequantisation, CellSize cellSize, Probe probe, int probes, long seed) {
    /** Each probe costs a walk back through the network, whose activations are kept meanwhile. */
    public static final int MAX_PROBES = 1000;

    public LikelihoodSettings {
        if (probes < 1 || probes > MAX_PROBES) {
            throw new IllegalArgumentException("probes: " + probes + " (expected: 1.." + MAX_PROBES + ")");
        }
    }

    /** The defaults: Dormand-Prince at the official tolerance 1e-3, uniform dequantisation, one probe of signs. */
    public static LikelihoodSettings standard() {
        return new LikelihoodSettings(
                new DormandPrince(1e-3), Dequantisation.UNIFORM, CellSize.EXACT, Probe.RADEMACHER, 1, 0);
    }
}
