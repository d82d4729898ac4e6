package dev.glimpse.evaluation;

/** A method that solves an ordinary differential equation. Immutable: one may solve many at once. */
public sealed interface Integrator permits DormandPrince, FixedSteps {
    /**
     * Solves y' = f(tau, y).
     *
     * @param f the right-hand side; what it throws passes through
     * @param from start of tau, less than {@code to}
     * @param to end of tau
     * @param start y at {@code from}; not written to
     * @return y at {@code to}
     */
    double[] solve(RightHandSide f, double from, double to, double[] start);
}
