package dev.glimpse.math;

import java.util.Locale;

/**
 * A sampler with all that it can be told.
 *
 * @param sampler the rule
 * @param gamma share of fresh noise: 0 for {@link Sampler#EXACT} and {@link Sampler#HEUN}, 1 for {@link Sampler#CM}, in
 *     [0, 1] for {@link Sampler#GAMMA}; 0 for {@link Sampler#TWO_JUMP}, whose knots tell it
 * @param form how gamma is read; only the official one for {@link Sampler#HEUN} and {@link Sampler#TWO_JUMP}
 * @param churn noise before steps, for {@link Sampler#HEUN} alone
 */
public record SamplerRule(Sampler sampler, double gamma, GammaForm form, Churn churn) {
    public SamplerRule {
        String expected = switch (sampler) {
            case EXACT, HEUN, TWO_JUMP -> gamma == 0 ? "" : "0 for sampler " + sampler.wireName();
            case CM -> gamma == 1 ? "" : "1 for sampler cm";
            case GAMMA -> gamma >= 0 && gamma <= 1 ? "" : "0..1";
        };
        if (!expected.isEmpty()) {
            throw new InvalidPlanException("gamma", gamma, expected);
        }
        boolean jumpsByGamma = sampler != Sampler.HEUN && sampler != Sampler.TWO_JUMP;
        if (!jumpsByGamma && form != GammaForm.OFFICIAL) {
            throw new InvalidPlanException(
                    "gamma_form", form.name().toLowerCase(Locale.ROOT), "absent with sampler " + sampler.wireName());
        }
        if (sampler != Sampler.HEUN && churn.amount() > 0) {
            throw new InvalidPlanException("churn.amount", churn.amount(), "absent, or sampler heun");
        }
    }

    /** A sampler with nothing out of the ordinary. */
    public static SamplerRule of(Sampler sampler, double gamma) {
        return new SamplerRule(sampler, gamma, GammaForm.OFFICIAL, Churn.NONE);
    }

    /** Whether a last step leads from the last knot to time 0, so that n steps stop at n knots and not at n + 1. */
    public boolean endsAtZero() {
        return sampler == Sampler.HEUN || form == GammaForm.PAPER_UNCLAMPED;
    }

    /** Whether its last step is a jump that can begin anywhere: not Heun's, nor the second of two at chosen times. */
    public boolean endsWithAJump() {
        return sampler != Sampler.TWO_JUMP && !endsAtZero();
    }

    /** Steps of a trajectory along these knots. */
    public int steps(Knots knots) {
        if (knots instanceof Knots.Karras karras) {
            return karras.steps();
        }
        if (sampler == Sampler.TWO_JUMP) {
            return 2;
        }
        return endsAtZero() ? knots.size() : knots.size() - 1;
    }

    /** Network evaluations of a trajectory of that many steps, previews not counted. */
    public long evaluations(int steps) {
        return sampler == Sampler.HEUN ? 2L * steps - 1 : steps;
    }
}
