package dev.glimpse.math;

import java.util.stream.IntStream;

/**
 * The curve of times between pure noise and a finished picture, EDM paper (Karras et al. 2022) eq. 5.
 *
 * <p>Knot i of n is t_i = (sigma_max^(1/rho) + i/(n-1) (sigma_min^(1/rho) - sigma_max^(1/rho)))^rho.
 *
 * @param sigmaMin smallest time, more than 0
 * @param sigmaMax largest time, more than sigma_min
 * @param rho curvature, more than 0: the larger, the more knots lie near sigma_min
 */
public record KarrasGrid(double sigmaMin, double sigmaMax, double rho) {
    public KarrasGrid {
        requirePositive("sigmaMin", sigmaMin);
        requirePositive("rho", rho);
        if (!(sigmaMax > sigmaMin && sigmaMax <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "sigmaMax: " + sigmaMax + " (expected: more than sigmaMin " + sigmaMin + ", finite)");
        }
    }

    /**
     * The knots from the noisiest down; the first is exactly sigma_max and the last of several exactly sigma_min.
     *
     * @param n number of knots, at least 1; a single knot is sigma_max
     */
    public double[] knots(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n: " + n + " (expected: at least 1)");
        }
        return knots(n, IntStream.range(0, n));
    }

    /**
     * Some of {@link #knots(int)}, in time that does not grow with n.
     *
     * @param places of the knots, each 0..n-1
     */
    double[] knots(int n, IntStream places) {
        // StrictMath: a plan has the same bits on every machine.
        double top = StrictMath.pow(sigmaMax, 1 / rho);
        double bottom = StrictMath.pow(sigmaMin, 1 / rho);
        return places.mapToDouble(i -> {
                    if (i == 0) {
                        return sigmaMax;
                    }
                    return i == n - 1 ? sigmaMin : StrictMath.pow(top + (double) i / (n - 1) * (bottom - top), rho);
                })
                .toArray();
    }

    /**
     * Whether a walk can stop at a time on its way from sigma_max to sigma_min: one that lies between them, and not so
     * near that {@link Knots} take it for one of them.
     */
    public boolean isOnTheWay(double time) {
        return time > sigmaMin * (1 + Knots.SAME_TIME) && time < sigmaMax * (1 - Knots.SAME_TIME);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0, finite)");
        }
    }
}
