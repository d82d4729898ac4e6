package dev.glimpse.evaluation;

/** The law of the random vectors that estimate a divergence: mean 0 and covariance 1 (Hutchinson 1989). */
public enum Probe {
    /** Fair signs: exact where the Jacobian is diagonal. The default, and the official code's. */
    RADEMACHER,
    /** Standard normals. */
    GAUSSIAN
}
