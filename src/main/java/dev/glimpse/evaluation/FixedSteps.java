package dev.glimpse.evaluation;

import java.util.Locale;

/**
 * Equal steps of a method without step control.
 *
 * @param scheme the method
 * @param steps at least 1
 */
public record FixedSteps(Scheme scheme, int steps) implements Integrator {
    public FixedSteps {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: at least 1)");
        }
    }

    @Override
    public double[] solve(RightHandSide f, double from, double to, double[] start) {
        double[] y = start.clone();
        double tau = from;
        for (int step = 1; step <= steps; step++) {
            double next = from + (to - from) * step / steps;
            y = scheme.step(f, tau, next - tau, y);
            tau = next;
        }
        return y;
    }

    @Override
    public String toString() {
        return scheme.name().toLowerCase(Locale.ROOT) + " with " + steps + " steps";
    }

    /** How one step goes. */
    public enum Scheme {
        /** Order 1: y + h f(tau, y). */
        EULER {
            @Override
            double[] step(RightHandSide f, double tau, double h, double[] y) {
                return moved(y, h, f.derivative(tau, y));
            }
        },
        /** Order 2: the mean of the slopes at both ends, the far one at Euler's end. */
        HEUN {
            @Override
            double[] step(RightHandSide f, double tau, double h, double[] y) {
                double[] k1 = f.derivative(tau, y);
                double[] k2 = f.derivative(tau + h, moved(y, h, k1));
                return moved(moved(y, h / 2, k1), h / 2, k2);
            }
        },
        /** Order 4: the classical method of Runge and Kutta. */
        RK4 {
            @Override
            double[] step(RightHandSide f, double tau, double h, double[] y) {
                double[] k1 = f.derivative(tau, y);
                double[] k2 = f.derivative(tau + h / 2, moved(y, h / 2, k1));
                double[] k3 = f.derivative(tau + h / 2, moved(y, h / 2, k2));
                double[] k4 = f.derivative(tau + h, moved(y, h, k3));
                return moved(moved(moved(moved(y, h / 6, k1), h / 3, k2), h / 3, k3), h / 6, k4);
            }
        };

        abstract double[] step(RightHandSide f, double tau, double h, double[] y);

        /** y + h slope. */
        static double[] moved(double[] y, double h, double[] slope) {
            double[] sum = new double[y.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = y[i] + h * slope[i];
            }
            return sum;
        }
    }
}
