package dev.glimpse.evaluation;

/** How an 8-bit picture, which has no density, becomes a point whose density is measured. */
public enum Dequantisation {
    /**
     * Uniform in the cell of 8-bit values around the picture, so that the result is an upper bound of the bits that the
     * model needs for the picture itself (Theis, van den Oord and Bethge 2016). The default.
     */
    UNIFORM,
    /** The picture as it is; the official code's mode "wrong". */
    NONE,
    /**
     * Normal noise of the standard deviation sigma(tau_min) at which the ODE begins, whose own share of the bits is
     * taken off again: the official code's mode "correct", with the residual at the same standard deviation.
     */
    GAUSSIAN,
    /**
     * As {@link #GAUSSIAN}, but with the residual that the official code computes: it forgets to raise the curved time
     * to the power rho, and takes 0.413 for the standard deviation instead of 0.00205. A good denoiser's error is small
     * there, so the result is too low by up to 1 / (2 ln 2) = 0.72 bits per dimension. For comparison with published
     * numbers alone.
     */
    GAUSSIAN_AS_CODED
}
