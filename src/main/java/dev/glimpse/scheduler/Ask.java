package dev.glimpse.scheduler;

import java.util.List;

/**
 * What jobs that ask to enter together come to.
 *
 * @param steps of the longest
 * @param firstRows rows of all first steps
 * @param nfe evaluations of all
 */
record Ask(int steps, long firstRows, long nfe) {
    static Ask of(List<Job> jobs) {
        int steps = 0;
        long firstRows = 0;
        long nfe = 0;
        for (Job job : jobs) {
            steps = Math.max(steps, job.steps());
            firstRows += job.rows().get(0);
            nfe += job.nfe();
        }
        return new Ask(steps, firstRows, nfe);
    }
}
