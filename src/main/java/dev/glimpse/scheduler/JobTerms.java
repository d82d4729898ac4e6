package dev.glimpse.scheduler;

/**
 * What a job may claim beside others.
 *
 * @param rank class of service
 * @param tenant who is charged for its work; the empty name for everybody who has none
 * @param weight share of its tenant beside the other tenants; more than 0, the same for all jobs of a tenant
 * @param flexible whether fewer steps than planned are welcome when time is short
 */
public record JobTerms(Rank rank, String tenant, double weight, boolean flexible) {
    /** A job that claims nothing. */
    public static final JobTerms NONE = new JobTerms(Rank.STANDARD, "", 1, false);

    public JobTerms {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: more than 0)");
        }
    }
}
