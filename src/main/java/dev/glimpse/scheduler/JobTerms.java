package dev.glimpse.scheduler;

/**
 * What a job may claim beside others.
 *
 * @param rank class of service
 * @param tenant who is charged for its work; the empty name for everybody who has none
 * @param weight share of its tenant beside the other tenants; more than 0, at most {@value #MOST_WEIGHT}, the same for
 *     all jobs of a tenant
 * @param flexible whether fewer steps than planned are welcome when time is short
 */
public record JobTerms(Rank rank, String tenant, double weight, boolean flexible) {
    /** Largest weight: sums of them stay numbers. */
    public static final int MOST_WEIGHT = 1_000_000;

    /** A job that claims nothing. */
    public static final JobTerms NONE = new JobTerms(Rank.STANDARD, "", 1, false);

    public JobTerms {
        if (!(weight > 0 && weight <= MOST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: more than 0, at most " + MOST_WEIGHT + ")");
        }
    }
}
