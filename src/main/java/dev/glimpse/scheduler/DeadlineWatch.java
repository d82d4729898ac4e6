package dev.glimpse.scheduler;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Knows which job has to leave next because its time is over. */
final class DeadlineWatch {
    private final JobOrder order;
    private final NavigableSet<JobState> jobs = new TreeSet<>(JobState.BY_LAST_CHANCE);

    DeadlineWatch(JobOrder order) {
        this.order = order;
    }

    void add(JobState state) {
        state.lastChance = order.lastChance(state);
        jobs.add(state);
        order.present(state, true);
    }

    void remove(JobState state) {
        if (jobs.remove(state)) {
            order.present(state, false);
        }
    }

    /** A job whose time is over, the one that is over longest; null if there is none. */
    @Nullable
    JobState overdue(long nowNanos) {
        return !jobs.isEmpty() && jobs.first().lastChance <= order.sinceStart(nowNanos) ? jobs.first() : null;
    }
}
