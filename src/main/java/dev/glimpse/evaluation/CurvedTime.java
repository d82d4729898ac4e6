package dev.glimpse.evaluation;

import dev.glimpse.model.ModelSpec;

/**
 * The time tau in [0, 1] along which the ODE is solved from data to noise, in which its solution bends evenly.
 *
 * <pre>
 * q(tau) = sigma_min^(1/rho) + tau (sigma_max^(1/rho) - sigma_min^(1/rho))
 * sigma(tau) = q(tau)^rho
 * </pre>
 *
 * EDM paper (Karras et al. 2022) eq. 5 with i / (n - 1) = 1 - tau.
 *
 * @param bottom q(0)
 * @param span q(1) - q(0)
 * @param rho curvature
 */
record CurvedTime(double bottom, double span, double rho) {
    /** Where the official code begins, so that the division by sigma stays tame. */
    static final double START = 1e-3;

    static final double END = 1;

    static CurvedTime of(ModelSpec spec) {
        double bottom = Math.pow(spec.sigmaMin(), 1 / spec.rho());
        return new CurvedTime(bottom, Math.pow(spec.sigmaMax(), 1 / spec.rho()) - bottom, spec.rho());
    }

    /** q(tau). */
    double root(double tau) {
        return bottom + tau * span;
    }

    /** sigma(tau). */
    double sigma(double tau) {
        return Math.pow(root(tau), rho);
    }

    /** d sigma / d tau = rho q^(rho-1) (q(1) - q(0)). */
    double slope(double tau) {
        return rho * Math.pow(root(tau), rho - 1) * span;
    }
}
