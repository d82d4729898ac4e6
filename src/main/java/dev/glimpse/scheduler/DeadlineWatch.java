package dev.glimpse.scheduler;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Knows which job has to leave next because its time is over. */
final class DeadlineWatch {
    private final JobOrder order;
    private final Epoch epoch;
    private final Deadlines deadlines;
    private final NavigableSet<JobState> jobs = new TreeSet<>(JobState.BY_LAST_CHANCE);

    /** @param deadlines those of the jobs that it knows */
    DeadlineWatch(JobOrder order, Epoch epoch, Deadlines deadlines) {
        this.order = order;
        this.epoch = epoch;
        this.deadlines = deadlines;
    }

    void add(JobState state) {
        state.lastChance = order.lastChance(state);
        jobs.add(state);
        deadlines.add(epoch.since(state.deadlineNanos), 1);
    }

    void remove(JobState state) {
        if (jobs.remove(state)) {
            deadlines.add(epoch.since(state.deadlineNanos), -1);
        }
    }

    /** A job whose time is over, the one that is over longest; null if there is none. */
    @Nullable
    JobState overdue(long nowNanos) {
        return !jobs.isEmpty() && jobs.first().lastChance <= epoch.since(nowNanos) ? jobs.first() : null;
    }
}
