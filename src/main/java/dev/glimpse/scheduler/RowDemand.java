package dev.glimpse.scheduler;

/** Says how many rows a job's next step takes now: its preview is wanted, or it is not. */
@FunctionalInterface
public interface RowDemand {
    /**
     * Rows of the job's next step; asked when the step is about to be chosen.
     *
     * @param jobId a waiting job
     * @param step index of its next step
     * @return at least 1, at most what the job said at admission
     */
    int rows(long jobId, int step);
}
