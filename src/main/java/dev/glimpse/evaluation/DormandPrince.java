package dev.glimpse.evaluation;

import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince54Integrator;

/**
 * Dormand and Prince's method of order 5 with step control by its embedded order 4: a step is accepted when the root
 * mean square of error / (tolerance + tolerance max(|y|, |y_new|)) is below 1.
 *
 * <p>Coefficients, norm, step factors and first step are those of SciPy's RK45, which the official CTM code uses. SciPy
 * alone lets no step grow right after a rejected one; what that changes lies far below the tolerance.
 *
 * @param tolerance absolute and relative, 1e-12..1
 */
public record DormandPrince(double tolerance) implements Integrator {
    /** A step this small means that the right-hand side is not as smooth as the tolerance asks for. */
    private static final double SMALLEST_STEP = 1e-9;

    public DormandPrince {
        if (!(tolerance >= 1e-12 && tolerance <= 1)) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: 1e-12..1)");
        }
    }

    @Override
    public double[] solve(RightHandSide f, double from, double to, double[] start) {
        double[] first = f.derivative(from, start);
        DormandPrince54Integrator method =
                new DormandPrince54Integrator(SMALLEST_STEP, to - from, tolerance, tolerance);
        method.setInitialStepSize(firstStep(f, from, to, start, first));
        return method.integrate(new Equation(f, from, first), new ODEState(from, start), to)
                .getPrimaryState();
    }

    /**
     * Hairer, Norsett and Wanner's rule for the first step ("Solving ordinary differential equations I", section II.4):
     * a trial step of Euler tells the second derivative. The library's own rule takes sums for means, and so depends on
     * the length of y.
     */
    private double firstStep(RightHandSide f, double from, double to, double[] start, double[] first) {
        double size = scaledNorm(start, start);
        double slope = scaledNorm(first, start);
        double trial = size < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * size / slope;
        trial = Math.min(trial, to - from);
        double[] there = new double[start.length];
        for (int i = 0; i < there.length; i++) {
            there[i] = start[i] + trial * first[i];
        }
        double[] bend = f.derivative(from + trial, there);
        for (int i = 0; i < bend.length; i++) {
            bend[i] -= first[i];
        }
        double largest = Math.max(slope, scaledNorm(bend, start) / trial);
        double step = largest <= 1e-15 ? Math.max(1e-6, trial * 1e-3) : Math.pow(0.01 / largest, 1.0 / 5);
        return Math.max(SMALLEST_STEP, Math.min(Math.min(100 * trial, step), to - from));
    }

    /** Root mean square of v / (tolerance + tolerance |y|). */
    private double scaledNorm(double[] v, double[] y) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            double scaled = v[i] / (tolerance + tolerance * Math.abs(y[i]));
            sum += scaled * scaled;
        }
        return Math.sqrt(sum / v.length);
    }

    @Override
    public String toString() {
        return "dormand-prince with tolerance " + tolerance;
    }

    /** The library's view of a right-hand side whose first value is known: an evaluation is dear. */
    private static final class Equation implements OrdinaryDifferentialEquation {
        private final RightHandSide f;
        private final double from;
        private final double[] first;

        Equation(RightHandSide f, double from, double[] first) {
            this.f = f;
            this.from = from;
            this.first = first;
        }

        @Override
        public int getDimension() {
            return first.length;
        }

        @Override
        public double[] computeDerivatives(double tau, double[] y) {
            // No later stage of any step is where the first begins.
            return tau == from ? first.clone() : f.derivative(tau, y);
        }
    }
}
