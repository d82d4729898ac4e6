package dev.glimpse.generation;

import java.time.Duration;

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
}
