package dev.glimpse.math;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules that turn a sampler and a number of steps into a plan (gamma-sampling of the CTM paper, Kim et al. 2024).
 */
public final class StepPlans {
    private StepPlans() {}

    /**
     * The plan that walks the {@code steps + 1} knots k_0 .. k_steps of the Karras grid.
     *
     * <p>Step i jumps from k_i to s = sqrt(1 - gamma^2) (k_(i+1) - sigma_min) + sigma_min and comes back to k_(i+1)
     * with noise of standard deviation sqrt(k_(i+1)^2 - s^2). With gamma = 0 it jumps straight to the knot, with gamma
     * = 1 to sigma_min. The paper leaves out sigma_min in s; with it the last step always ends there and adds no noise.
     *
     * @param gamma share of fresh noise: 0 for {@link Sampler#EXACT}, 1 for {@link Sampler#CM}, in [0, 1] for
     *     {@link Sampler#GAMMA}
     * @param steps number of jumps, at least 1
     * @throws IllegalArgumentException naming the value that can't be planned
     */
    public static StepPlan plan(
            Sampler sampler, double gamma, int steps, double sigmaMin, double sigmaMax, double rho) {
        requireAgreement(sampler, gamma);
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: at least 1)");
        }
        double[] knots = new KarrasGrid(sigmaMin, sigmaMax, rho).knots(steps + 1);
        List<Step> plan = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            plan.add(step(knots[i], knots[i + 1], gamma, sigmaMin));
        }
        return new StepPlan(sampler, gamma, plan);
    }

    private static Step step(double t, double nextT, double gamma, double sigmaMin) {
        if (gamma == 0) {
            return new Step(t, nextT, nextT, 0);
        }
        double share = Math.sqrt((1 - gamma) * (1 + gamma));
        // With a tiny gamma the sum may round to just above the knot it must not pass.
        double s = Math.min(nextT, share * (nextT - sigmaMin) + sigmaMin);
        return new Step(t, s, nextT, Math.sqrt((nextT - s) * (nextT + s)));
    }

    private static void requireAgreement(Sampler sampler, double gamma) {
        String expected = switch (sampler) {
            case EXACT -> gamma == 0 ? "" : "0 for sampler exact";
            case CM -> gamma == 1 ? "" : "1 for sampler cm";
            case GAMMA -> gamma >= 0 && gamma <= 1 ? "" : "0..1";
        };
        if (!expected.isEmpty()) {
            throw new IllegalArgumentException("gamma: " + gamma + " (expected: " + expected + ")");
        }
    }
}
