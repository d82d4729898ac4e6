package dev.glimpse.scheduler;

import java.util.List;

/**
 * Steps that run in one forward.
 *
 * @param entries at least one, each of another job
 * @param rows rows of the forward before padding: the sum over the entries
 */
public record Batch(List<Entry> entries, int rows) {
    public Batch {
        entries = List.copyOf(entries);
    }

    /**
     * One job's next step.
     *
     * @param jobId the job
     * @param step index of the step, 0 for the first
     * @param rows rows it takes, as {@link RowDemand} said
     */
    public record Entry(long jobId, int step, int rows) {}
}
