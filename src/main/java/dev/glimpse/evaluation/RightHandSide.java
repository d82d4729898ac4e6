package dev.glimpse.evaluation;

/** The right-hand side of an ordinary differential equation y' = f(tau, y). */
@FunctionalInterface
public interface RightHandSide {
    /**
     * Evaluates f.
     *
     * @param y not written to and not kept
     * @return f(tau, y), a new array of y's length
     */
    double[] derivative(double tau, double[] y);
}
