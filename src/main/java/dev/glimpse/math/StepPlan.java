package dev.glimpse.math;

import java.util.List;

/**
 * The steps a trajectory takes from pure noise to a picture, or from a picture to the noise it comes from, fixed before
 * the first of them runs.
 *
 * @param sampler the rule the steps follow
 * @param gamma share of fresh noise, in [0, 1]; 0 for {@link Sampler#EXACT} and {@link Sampler#HEUN}, 1 for
 *     {@link Sampler#CM}
 * @param steps the steps in order, a network evaluation each; the last one adds no noise and ends at sigma_min, or at 0
 *     where the sampler goes that far, or, of a plan that rises, at the highest level of all
 */
public record StepPlan(Sampler sampler, double gamma, List<Step> steps) {
    public StepPlan {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps: 0 (expected: at least 1)");
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).t() != steps.get(i - 1).nextT()) {
                throw new IllegalArgumentException(
                        "step " + i + ": starts at " + steps.get(i).t() + " (expected: "
                                + steps.get(i - 1).nextT() + ", where the step before ended)");
            }
        }
    }

    /** Network evaluations the plan needs for one trajectory, previews not counted. */
    public int nfe() {
        return steps.size();
    }
}
