package dev.glimpse.math;

import dev.glimpse.math.Step.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that turn a sampler and its knots into a plan (gamma-sampling of the CTM paper, Kim et al. 2024, and Heun's
 * method of the EDM paper, Karras et al. 2022).
 */
public final class StepPlans {
    private static final int TWO_JUMP_KNOTS = 4;

    private StepPlans() {}

    /**
     * The plan that walks the {@code steps + 1} knots of the Karras grid.
     *
     * @param gamma share of fresh noise: 0 for {@link Sampler#EXACT}, 1 for {@link Sampler#CM}, in [0, 1] for
     *     {@link Sampler#GAMMA}
     * @param steps at least 1
     * @throws InvalidPlanException naming the value that can't be planned
     */
    public static StepPlan plan(
            Sampler sampler, double gamma, int steps, double sigmaMin, double sigmaMax, double rho) {
        return plan(SamplerRule.of(sampler, gamma), new Knots.Karras(steps), new KarrasGrid(sigmaMin, sigmaMax, rho));
    }

    /**
     * The plan that walks these knots.
     *
     * @param grid the model's times; the first knot is its sigma_max, the last of several its sigma_min. The knots of
     *     {@link Sampler#TWO_JUMP} are four: where it starts, where the first jump lands, where noise lifts it back to,
     *     where it ends
     * @throws InvalidPlanException naming the value that can't be planned
     */
    public static StepPlan plan(SamplerRule rule, Knots knots, KarrasGrid grid) {
        if (rule.sampler() == Sampler.TWO_JUMP) {
            return twoJumps(knots, grid);
        }
        int karrasSize = rule.endsAtZero() ? knots.size() - 1 : knots.size();
        List<Double> times = new ArrayList<>(knots.times(grid, karrasSize));
        requireFalling(times);
        if (rule.endsAtZero()) {
            times.add(0.0);
        } else if (times.size() < 2) {
            throw new InvalidPlanException("knots", times, "at least 2");
        }
        return rule.sampler() == Sampler.HEUN ? heun(rule.churn(), times) : gamma(rule, times, grid.sigmaMin());
    }

    /** Past each knot and back up to it; the last step adds no noise, whatever the form. */
    private static StepPlan gamma(SamplerRule rule, List<Double> times, double sigmaMin) {
        List<Step> plan = new ArrayList<>();
        for (int i = 0; i + 1 < times.size(); i++) {
            Step step = step(rule, times.get(i), times.get(i + 1), sigmaMin);
            boolean last = i + 2 == times.size();
            plan.add(last ? new Step(step.t(), step.s(), step.s(), 0) : step);
        }
        return new StepPlan(rule.sampler(), rule.gamma(), plan);
    }

    private static Step step(SamplerRule rule, double t, double nextT, double sigmaMin) {
        double gamma = rule.gamma();
        if (gamma == 0) {
            return new Step(t, nextT, nextT, 0);
        }
        double share = Math.sqrt((1 - gamma) * (1 + gamma));
        if (rule.form() != GammaForm.OFFICIAL) {
            double floor = rule.form() == GammaForm.PAPER ? Math.min(nextT, sigmaMin) : 0;
            return new Step(t, Math.max(floor, share * nextT), nextT, gamma * nextT);
        }
        // With a tiny gamma the sum may round to just above the knot it must not pass.
        double s = Math.min(nextT, share * (nextT - sigmaMin) + sigmaMin);
        return new Step(t, s, nextT, noiseBetween(s, nextT));
    }

    /**
     * G to the second knot, noise back up to the third, G to the last. That is gamma-sampling with the gamma that the
     * landing stands for: sqrt(1 - ((s - sigma_min) / (t' - sigma_min))^2).
     */
    private static StepPlan twoJumps(Knots knots, KarrasGrid grid) {
        if (knots instanceof Knots.Karras || knots.size() != TWO_JUMP_KNOTS) {
            String given = knots instanceof Knots.Karras ? "none" : knots.size() + " of them";
            throw new InvalidPlanException(
                    "knots", given, "4 for sampler two_jump: start, first landing, noise back up to, end");
        }
        List<Double> times = knots.times(grid, TWO_JUMP_KNOTS);
        double landing = times.get(1);
        double lifted = times.get(2);
        double end = times.get(3);
        if (!(lifted < times.get(0) && landing <= lifted && landing >= end && lifted > end)) {
            throw new InvalidPlanException(
                    "knots", times, "start > noise back up to >= first landing >= end for sampler two_jump");
        }
        double share = (landing - end) / (lifted - end);
        return new StepPlan(
                Sampler.TWO_JUMP,
                Math.sqrt((1 - share) * (1 + share)),
                List.of(
                        new Step(times.get(0), landing, lifted, noiseBetween(landing, lifted)),
                        new Step(lifted, end, end, 0)));
    }

    /** Two evaluations from knot to knot, and one Euler step from the last knot to 0: EDM paper algorithm 2. */
    private static StepPlan heun(Churn churn, List<Double> times) {
        List<Step> plan = new ArrayList<>();
        int steps = times.size() - 1;
        for (int i = 0; i < steps; i++) {
            double t = times.get(i);
            double next = times.get(i + 1);
            double from = churn.lifted(t, steps);
            double noiseStd = from > t ? churn.noise() * noiseBetween(t, from) : 0;
            plan.add(new Step(Kind.EULER, t, from, next, next, noiseStd));
            if (next > 0) {
                plan.add(new Step(Kind.CORRECTION, next, from, next, next, 0));
            }
        }
        return new StepPlan(Sampler.HEUN, 0, plan);
    }

    /**
     * The plan that leads a picture, taken as the state at the grid's sigma_min, along the ODE dx/dt = (x - g(x, t, t))
     * / t up to its sigma_max: the way of {@link Sampler#HEUN} backwards, but for its last step, as there is no way up
     * from 0. A model's jumps cannot take it: they are learned from higher times to lower ones alone.
     *
     * @param steps at least 1, along the Karras grid
     * @param corrected whether a second evaluation makes good each Euler step, which is Heun's method
     * @throws InvalidPlanException if the grid's ends are too close for so many steps
     */
    public static StepPlan rising(int steps, boolean corrected, KarrasGrid grid) {
        List<Step> plan = new ArrayList<>();
        double[] times = grid.knots(steps + 1);
        for (int i = steps; i > 0; i--) {
            double from = times[i];
            double to = times[i - 1];
            if (!(to > from)) {
                throw new InvalidPlanException(
                        "end_t",
                        grid.sigmaMax(),
                        "far enough above sigma_min " + grid.sigmaMin() + " for " + steps + " steps");
            }
            plan.add(new Step(Kind.EULER, from, from, to, to, 0));
            if (corrected) {
                plan.add(new Step(Kind.CORRECTION, to, from, to, to, 0));
            }
        }
        return new StepPlan(Sampler.HEUN, 0, plan);
    }

    /** Standard deviation of the noise that lifts a state from one noise level to a higher one. */
    private static double noiseBetween(double low, double high) {
        return Math.sqrt((high - low) * (high + low));
    }

    private static void requireFalling(List<Double> times) {
        for (int i = 1; i < times.size(); i++) {
            if (!(times.get(i) < times.get(i - 1))) {
                throw new InvalidPlanException("knots", times.get(i), "less than the knot before, " + times.get(i - 1));
            }
        }
    }
}
