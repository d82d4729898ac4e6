package dev.glimpse.scheduler;

import java.util.List;

/**
 * One trajectory as the scheduler sees it.
 *
 * @param id unlike that of any other job
 * @param rows most rows that each step takes in a forward, in the steps' order; 1 or 2 each, at least one step
 * @param deadlineNanos time from which on no step of it may start; within 146 years of the clock's now
 * @param terms what it may claim beside others
 * @param begun whether steps of its trajectory have been taken before, so that its request is not shed
 */
public record Job(long id, List<Integer> rows, long deadlineNanos, JobTerms terms, boolean begun) {
    public Job {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("steps: 0 (expected: at least 1)");
        }
        for (int r : rows) {
            if (r < 1 || r > 2) {
                throw new IllegalArgumentException("rows: " + r + " (expected: 1 or 2)");
            }
        }
    }

    /** A job of a trajectory's first step and all that follow. */
    public Job(long id, List<Integer> rows, long deadlineNanos, JobTerms terms) {
        this(id, rows, deadlineNanos, terms, false);
    }

    /** A job that claims nothing beside others. */
    public Job(long id, List<Integer> rows, long deadlineNanos) {
        this(id, rows, deadlineNanos, JobTerms.NONE);
    }

    /** Steps of its plan. */
    int steps() {
        return rows.size();
    }

    /** Most network evaluations it needs, previews included. */
    int nfe() {
        int nfe = 0;
        for (int r : rows) {
            nfe += r;
        }
        return nfe;
    }
}
