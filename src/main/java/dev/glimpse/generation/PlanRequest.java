package dev.glimpse.generation;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.model.ModelSpec;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How a client wants trajectories to walk; a plan of it is made once the model's times are known.
 *
 * @param sampler absent: follows from gamma (0 exact, 1 cm, else gamma)
 * @param gamma share of fresh noise in [0, 1]; absent: 1 for cm, 0.5 for gamma, else 0
 * @param form how gamma is read
 * @param churn noise before steps, for heun alone
 * @param knots the times between jumps
 */
public record PlanRequest(Optional<Sampler> sampler, OptionalDouble gamma, GammaForm form, Churn churn, Knots knots) {
    /** Steps where nothing else is asked for. */
    public static final int DEFAULT_STEPS = 4;

    public PlanRequest {
        if (gamma.isPresent() && !(gamma.getAsDouble() >= 0 && gamma.getAsDouble() <= 1)) {
            throw new InvalidFieldException("gamma", gamma.getAsDouble(), "0..1");
        }
        if (sampler.isPresent() && gamma.isPresent()) {
            requireAgreement(sampler.get(), gamma.getAsDouble());
        }
        Objects.requireNonNull(checked(() -> rule(sampler, gamma, form, churn)));
    }

    /** A number of steps where the model takes them, with nothing out of the ordinary. */
    public static PlanRequest of(Optional<Sampler> sampler, OptionalDouble gamma, int steps) {
        return new PlanRequest(
                sampler, gamma, GammaForm.OFFICIAL, Churn.NONE, knots(OptionalInt.of(steps), Optional.empty()));
    }

    /**
     * The knots that a client means who named a number of steps, or knots, or neither.
     *
     * @param explicit makes knots of the client's own; absent if it named none
     * @throws InvalidFieldException naming the value that cannot be served
     */
    public static Knots knots(OptionalInt steps, Optional<Supplier<Knots>> explicit) {
        if (explicit.isPresent() && steps.isPresent()) {
            throw new InvalidFieldException("steps", steps.getAsInt(), "absent, since knots are given");
        }
        return checked(explicit.orElse(() -> new Knots.Karras(steps.orElse(DEFAULT_STEPS))));
    }

    /**
     * The churn that a client means.
     *
     * @throws InvalidFieldException naming the value that cannot be served
     */
    public static Churn churn(double amount, OptionalDouble minTime, OptionalDouble maxTime, OptionalDouble noise) {
        return checked(() -> new Churn(
                amount,
                minTime.orElse(Churn.NONE.minTime()),
                maxTime.orElse(Churn.NONE.maxTime()),
                noise.orElse(Churn.NONE.noise())));
    }

    /**
     * The sampler for a model, with all that it is told. A denoiser, which does not jump, is walked by heun alone, and
     * by heun where nothing else is asked for.
     *
     * @throws InvalidFieldException if the model cannot be walked so
     */
    public SamplerRule rule(ModelSpec model) {
        if (!model.jumps() && sampler.isEmpty() && gamma.isEmpty()) {
            return rule(Optional.of(Sampler.HEUN), gamma, form, churn);
        }
        SamplerRule rule = rule(sampler, gamma, form, churn);
        if (!model.jumps() && rule.sampler() != Sampler.HEUN) {
            throw new InvalidFieldException(
                    "sampler", rule.sampler().wireName(), "heun, as the model is a denoiser and does not jump");
        }
        return rule;
    }

    /** The samplers that a model can walk with. */
    static List<Sampler> samplers(ModelSpec model) {
        return model.jumps() ? List.of(Sampler.values()) : List.of(Sampler.HEUN);
    }

    /** The same with another number of steps; only where the knots are those of a number of steps. */
    PlanRequest withSteps(int steps) {
        return new PlanRequest(sampler, gamma, form, churn, new Knots.Karras(steps));
    }

    /** Steps of each trajectory, on a model that jumps. */
    public int steps() {
        return rule(sampler, gamma, form, churn).steps(knots);
    }

    private static SamplerRule rule(Optional<Sampler> sampler, OptionalDouble gamma, GammaForm form, Churn churn) {
        Sampler named = sampler.orElseGet(() -> Sampler.of(gamma.orElse(0)));
        return new SamplerRule(named, gamma.orElse(named.defaultGamma()), form, churn);
    }

    private static void requireAgreement(Sampler sampler, double gamma) {
        String name = sampler.name().toLowerCase(Locale.ROOT);
        String expected = switch (sampler) {
            case EXACT, HEUN, TWO_JUMP -> gamma == 0 ? "" : "0 or absent with sampler " + name;
            case CM -> gamma == 1 ? "" : "1 or absent with sampler cm";
            case GAMMA -> gamma > 0 && gamma < 1 ? "" : "between 0 and 1, both excluded, with sampler gamma";
        };
        if (!expected.isEmpty()) {
            throw new InvalidFieldException("gamma", gamma, expected);
        }
    }

    private static <T> T checked(Supplier<T> making) {
        try {
            return making.get();
        } catch (InvalidPlanException e) {
            throw new InvalidFieldException(e);
        }
    }
}
