package dev.glimpse.math;

/**
 * The noise that Heun's sampler adds before a step, EDM paper (Karras et al. 2022) algorithm 2.
 *
 * <p>Of n steps, one that starts at a time t in [minTime, maxTime] starts from the higher time (1 + c) t instead, where
 * c = min(amount / n, sqrt(2) - 1), after fresh noise of standard deviation noise sqrt(((1 + c) t)^2 - t^2).
 *
 * @param amount S_churn, at least 0; 0 adds no noise
 * @param minTime S_min, at least 0
 * @param maxTime S_max, at least minTime; may be infinite
 * @param noise S_noise, more than 0, at most 10: 1 is as much as the time says, slightly more makes up for detail that
 *     is lost
 */
public record Churn(double amount, double minTime, double maxTime, double noise) {
    /** No noise at all: the sampler follows the ODE. */
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

    private static final int MOST_NOISE = 10;
    private static final double LARGEST_SHARE = Math.sqrt(2) - 1;

    public Churn {
        if (!(amount >= 0 && amount <= Double.MAX_VALUE)) {
            throw new InvalidPlanException("churn.amount", amount, "at least 0, finite");
        }
        if (!(minTime >= 0 && minTime <= Double.MAX_VALUE)) {
            throw new InvalidPlanException("churn.min_t", minTime, "at least 0, finite");
        }
        if (!(maxTime >= minTime)) {
            throw new InvalidPlanException("churn.max_t", maxTime, "at least min_t, " + minTime);
        }
        // Far more than the paper's 1.003..1.007; without a bound, states would leave what a float32 can hold.
        if (!(noise > 0 && noise <= MOST_NOISE)) {
            throw new InvalidPlanException("churn.noise", noise, "more than 0, at most " + MOST_NOISE);
        }
    }

    /** The time that a step starts from instead of {@code t}. */
    double lifted(double t, int steps) {
        return t >= minTime && t <= maxTime ? t * (1 + Math.min(amount / steps, LARGEST_SHARE)) : t;
    }
}
