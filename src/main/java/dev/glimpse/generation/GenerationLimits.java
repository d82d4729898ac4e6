package dev.glimpse.generation;

import java.time.Duration;

/**
 * How much one request may ask for.
 *
 * @param maxSteps most steps of a trajectory
 * @param maxCount most trajectories of a request
 * @param maxNfe most network evaluations of a request, steps x count, previews not counted
 * @param maxDuration longest a request may live, whatever its timeout says
 */
public record GenerationLimits(int maxSteps, int maxCount, int maxNfe, Duration maxDuration) {
    public GenerationLimits {
        if (maxSteps < 1 || maxCount < 1 || maxNfe < 1 || maxDuration.isNegative() || maxDuration.isZero()) {
            throw new IllegalArgumentException("limits: " + maxSteps + " steps, " + maxCount + " samples, " + maxNfe
                    + " NFE, " + maxDuration + " (expected: all more than 0)");
        }
    }

    /** @throws InvalidFieldException naming the field that asks for too much */
    void require(GenerationRequest request) {
        int most = Math.min(maxSteps, maxNfe);
        if (request.steps() > most) {
            throw new InvalidFieldException("steps", request.steps(), "1.." + most);
        }
        if (request.count() > maxCount) {
            throw new InvalidFieldException("count", request.count(), "1.." + maxCount);
        }
        long nfe = (long) request.steps() * request.count();
        if (nfe > maxNfe) {
            throw new InvalidFieldException(
                    "count",
                    request.count(),
                    "1.." + maxNfe / request.steps() + " with " + request.steps()
                            + " steps, as steps x count may be at most " + maxNfe);
        }
    }

    /** A refinement counts with every step before it, as each may have to be taken again. */
    void require(RecipePlanner.Planned planned) {
        int steps = planned.plan().nfe();
        int longest = Math.min(maxSteps, maxNfe) - planned.fromStep();
        if (steps > longest) {
            throw new InvalidFieldException(
                    "steps", steps, "1.." + longest + " behind the " + planned.fromStep() + " before");
        }
        int branches = planned.paths().size();
        int most = Math.min(maxCount, maxNfe / (planned.fromStep() + steps));
        if (branches > most) {
            throw new InvalidFieldException("branches", branches, "1.." + most);
        }
    }

    void require(Refinement refinement) {
        if (refinement.steps() > maxSteps) {
            throw new InvalidFieldException("steps", refinement.steps(), "1.." + maxSteps);
        }
        if (refinement.branches() > maxCount) {
            throw new InvalidFieldException("branches", refinement.branches(), "1.." + maxCount);
        }
    }
}
