package dev.glimpse.generation;

import dev.glimpse.math.GammaForm;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.model.ModelSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * How much one request may ask for.
 *
 * @param maxSteps most steps of a trajectory
 * @param maxCount most trajectories of a request
 * @param maxNfe most network evaluations of a request, those of each trajectory x count, previews not counted
 * @param maxDuration longest a request may live, whatever its timeout says
 */
public record GenerationLimits(int maxSteps, int maxCount, int maxNfe, Duration maxDuration) {
    public GenerationLimits {
        if (maxSteps < 1 || maxCount < 1 || maxNfe < 1 || maxDuration.isNegative() || maxDuration.isZero()) {
            throw new IllegalArgumentException("limits: " + maxSteps + " steps, " + maxCount + " samples, " + maxNfe
                    + " NFE, " + maxDuration + " (expected: all more than 0)");
        }
    }

    /** How long a request may live that asks for so long, or for no time of its own. */
    public Duration granted(Optional<Duration> asked) {
        return asked.filter(time -> time.compareTo(maxDuration) < 0).orElse(maxDuration);
    }

    /** @throws InvalidFieldException naming the field that asks for too much */
    void require(GenerationRequest request, ModelSpec spec) {
        int steps = requireSteps(request.walk(spec), spec);
        if (request.count() > maxCount) {
            throw new InvalidFieldException("count", request.count(), "1.." + maxCount);
        }
        long evaluations = request.evaluations(spec);
        if (evaluations > maxNfe) {
            throw tooMany(steps, evaluations);
        }
        if (evaluations * request.count() > maxNfe) {
            throw new InvalidFieldException(
                    "count",
                    request.count(),
                    "1.." + maxNfe / evaluations + " with " + evaluations
                            + " evaluations each, as together they may be at most " + maxNfe);
        }
    }

    /** Bounded before it is planned, as every step and branch takes memory. */
    void require(Refinement refinement, ModelSpec spec) {
        requireSteps(refinement.plan(), spec);
        if (refinement.branches() > maxCount) {
            throw new InvalidFieldException("branches", refinement.branches(), "1.." + maxCount);
        }
    }

    private int requireSteps(PlanRequest plan, ModelSpec spec) {
        SamplerRule rule = plan.rule(spec);
        if (rule.form() == GammaForm.PAPER_UNCLAMPED) {
            // A network that has no number for time 0 would fail its whole batch, neighbours included.
            throw new InvalidFieldException("gamma_form", "paper_unclamped", "official or paper on a server");
        }
        int steps = rule.steps(plan.knots());
        int most = Math.min(maxSteps, maxNfe);
        if (steps > most) {
            throw new InvalidFieldException("steps", steps, "1.." + most);
        }
        long evaluations = rule.evaluations(steps);
        if (evaluations > maxNfe) {
            throw tooMany(steps, evaluations);
        }
        return steps;
    }

    private InvalidFieldException tooMany(int steps, long evaluations) {
        return new InvalidFieldException(
                "steps", steps, "at most " + maxNfe + " evaluations, and these take " + evaluations);
    }

    /** A refinement counts with every step before it, as each may have to be taken again. */
    void require(RecipePlanner.Planned planned) {
        int steps = planned.plan().nfe();
        int longest = maxNfe - planned.fromStep();
        if (steps > longest) {
            throw new InvalidFieldException(
                    "from_step",
                    planned.fromStep(),
                    "at most " + (maxNfe - steps) + ", as a trajectory may take " + maxNfe + " evaluations and " + steps
                            + " follow");
        }
        int branches = planned.paths().size();
        int most = Math.min(maxCount, maxNfe / (planned.fromStep() + steps));
        if (branches > most) {
            throw new InvalidFieldException("branches", branches, "1.." + most);
        }
    }
}
