package dev.glimpse.scheduler;

import java.util.List;

/**
 * Steps that run in one forward.
 *
 * @param entries at least one, each of another job
 * @param rows rows of the forward before padding: the sum over the entries
 * @param device the device that it is for
 * @param startNanos when it was handed out
 * @param release why it holds no more
 */
public record Batch(List<Entry> entries, int rows, int device, long startNanos, Release release) {
    public Batch {
        entries = List.copyOf(entries);
    }

    /**
     * One job's next step.
     *
     * @param jobId the job
     * @param step index of the step, 0 for the first
     * @param rows rows it takes, at most what {@link RowDemand} said
     * @param finishNow whether this step is to be the job's last, whatever its plan says: there is no time for another,
     *     so its jump goes straight to the smallest noise level. It takes one row then, and {@code step + 1} steps are
     *     what the job was granted.
     */
    public record Entry(long jobId, int step, int rows, boolean finishNow) {}
}
