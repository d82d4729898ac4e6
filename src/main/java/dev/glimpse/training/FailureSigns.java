package dev.glimpse.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Watches a run's statistics for the ways in which such runs are known to fail, and tells in words what it sees.
 *
 * <p>Each sign is told once, when it has lasted long enough not to be chance. Confined to one thread.
 */
public final class FailureSigns {
    private static final int LASTING = 50;
    /** Share of a step's microbatches that stands for all of them: a few are off by chance. */
    private static final double NEARLY_ALL = 0.9;

    private static final double TINY_LOSS = 1e-9;
    private static final double EXPLOSION = 100;
    private static final double SMOOTHING = 0.98;
    /** Critics' steps after which they should know something. */
    private static final int CRITICS_BEGINNING = 500;

    /** Real and drawn pictures that look alike to them cost 2. */
    private static final double BLIND_CRITICS = 1.9;

    private static final double CRITICS_SMOOTHING = 0.99;
    private static final String GAN_AT_BOUND = String.format(
            Locale.ROOT,
            "lambda_gan stays at a bound (%.2f or %.0f): the generator's gradient has another scale than the jumps'; the"
                    + " features or the learning rate of the critics may not suit the data",
            JumpObjective.MIN_LAMBDA_GAN,
            JumpObjective.MAX_LAMBDA_GAN);

    private final Map<String, Integer> lasted = new HashMap<>();
    private double usualNorm;
    private double usualCritic;
    private int criticSteps;

    /** What became clear with a step; mostly nothing. */
    public List<String> watch(TrainingListener.Statistics s) {
        List<String> told = new ArrayList<>();
        Map<String, Double> terms = s.terms();
        Double dsm = s.atBound().get(LossNames.LAMBDA_DSM);
        if (dsm != null) {
            sign(
                    told,
                    dsm >= NEARLY_ALL,
                    "lambda_dsm stays at its upper bound: the denoising loss has hardly any gradient in the last layer;"
                            + " is its weight or its noise range off?");
        }
        Double gan = s.atBound().get(LossNames.LAMBDA_GAN);
        if (gan != null) {
            sign(told, gan >= NEARLY_ALL, GAN_AT_BOUND);
        }
        Double critic = terms.get(LossNames.CRITIC);
        if (critic != null) {
            sign(
                    told,
                    critic < 0.01,
                    "the critics' loss is near 0: they tell every picture apart, and the generator learns nothing from"
                            + " them; a lower learning_rate of the critics or a later from_step helps");
            sign(
                    told,
                    Math.abs(critic - 2) < 1e-3,
                    "the critics' loss stays at 2: they tell nothing apart; the features may not see the data");
            critics(told, critic);
        }
        Double ctm = terms.get(LossNames.CTM);
        if (ctm != null) {
            sign(
                    told,
                    ctm < TINY_LOSS,
                    "the jumps' loss is 0 from the start: s always equals u, or nothing reaches the student; are knots"
                            + " and max_solver_steps as intended?");
        }
        sign(
                told,
                s.waitNanos() > s.nanos() / 2,
                "steps wait for pictures more than half of their time: the data lies on a slow disk, or its files are"
                        + " costly to decode");
        norm(told, s);
        return told;
    }

    private void critics(List<String> told, double loss) {
        if (!Double.isFinite(loss)) {
            // The step is left out, and would stay in the mean for good.
            return;
        }
        usualCritic = criticSteps == 0 ? loss : CRITICS_SMOOTHING * usualCritic + (1 - CRITICS_SMOOTHING) * loss;
        criticSteps++;
        if (criticSteps >= CRITICS_BEGINNING && usualCritic > BLIND_CRITICS) {
            once(
                    told,
                    "the critics' loss stays near 2: they hardly tell pictures apart, and the generator learns little from"
                            + " them; augment: false shows them smaller differences, a larger period gives them more steps");
        }
    }

    private void norm(List<String> told, TrainingListener.Statistics s) {
        double norm = s.gradientNorm();
        if (!Double.isFinite(norm)) {
            once(told, "a gradient is not finite: the step is left out; should it go on, lower the learning_rate");
        } else if (s.terms().containsKey(LossNames.CRITIC)) {
            return;
        } else if (usualNorm > 0 && norm > EXPLOSION * usualNorm) {
            once(
                    told,
                    s.step() <= 10
                            ? "the gradient explodes in the first steps: lower the learning_rate or lengthen the"
                                    + " warmup; with radam, whose first five updates are as large as their gradients,"
                                    + " accumulation: mean helps too"
                            : "the gradient is a hundred times its usual size: losses out of balance, or a"
                                    + " learning_rate too high for the network");
        } else {
            usualNorm = usualNorm == 0 ? norm : SMOOTHING * usualNorm + (1 - SMOOTHING) * norm;
        }
    }

    private void sign(List<String> told, boolean shown, String text) {
        int before = lasted.getOrDefault(text, 0);
        if (before < LASTING) {
            lasted.put(text, shown ? before + 1 : 0);
            if (shown && before + 1 == LASTING) {
                told.add(text);
            }
        }
    }

    private void once(List<String> told, String text) {
        if (lasted.put(text, LASTING) == null) {
            told.add(text);
        }
    }
}
