package dev.glimpse.scheduler;

/**
 * What a job may claim beside others.
 *
 * @param rank class of service
 * @param tenant who is charged for its work; the empty name for everybody who has none
 * @param weight share of its tenant beside the other tenants; {@value #LEAST_WEIGHT}..{@value #MOST_WEIGHT}, the same
 *     for all jobs of a tenant
 * @param flexible whether fewer steps than planned are welcome when time is short
 */
public record JobTerms(Rank rank, String tenant, double weight, boolean flexible) {
    /** Smallest weight, and the largest: what is counted by them stays a number. */
    public static final double LEAST_WEIGHT = 0.001;

    public static final int MOST_WEIGHT = 1_000_000;

    /** A job that claims nothing. */
    public static final JobTerms NONE = new JobTerms(Rank.STANDARD, "", 1, false);

    public JobTerms {
        if (!(weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: " + LEAST_WEIGHT + ".." + MOST_WEIGHT + ")");
        }
    }
}
