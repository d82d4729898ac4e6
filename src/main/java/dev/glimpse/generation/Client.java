package dev.glimpse.generation;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;

/**
 * On whose behalf requests are made.
 *
 * @param tenant who is charged for their work; the empty name for everybody who has none
 * @param rank class of service
 * @param weight share of the tenant beside other tenants; more than 0
 * @param budget what the tenant may still use
 */
public record Client(String tenant, Rank rank, double weight, Budget budget) {
    /** Whoever the server need not tell from others. */
    public static final Client ANYONE =
            new Client(JobTerms.NONE.tenant(), JobTerms.NONE.rank(), JobTerms.NONE.weight(), Budget.UNLIMITED);

    JobTerms terms(boolean flexible) {
        return new JobTerms(rank, tenant, weight, flexible);
    }
}
