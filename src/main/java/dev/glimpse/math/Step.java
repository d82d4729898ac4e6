package dev.glimpse.math;

/**
 * One jump of a trajectory and the noise that follows it.
 *
 * @param t noise level before the jump, in (0, sigma_max]
 * @param s noise level the jump lands on, in [sigma_min, t]
 * @param nextT noise level after re-noising; equals {@code s} when no noise is added
 * @param noiseStd standard deviation of the added noise, sqrt(nextT^2 - s^2); 0 when none is added
 */
public record Step(double t, double s, double nextT, double noiseStd) {
    public Step {
        if (!(t > 0 && s > 0 && s <= t)) {
            throw new IllegalArgumentException("step: " + t + " -> " + s + " (expected: 0 < s <= t)");
        }
        if (!(nextT >= s && noiseStd >= 0)) {
            throw new IllegalArgumentException("step: next time " + nextT + ", noise " + noiseStd
                    + " (expected: next time >= " + s + ", noise >= 0)");
        }
    }
}
