package dev.glimpse.scheduler;

import java.util.NavigableSet;
import java.util.TreeSet;

/** One tenant's waiting jobs and what it has been given. */
final class Tenant {
    final String name;
    final long sequence;
    /** Evaluations given to it, by its weight. */
    double counter;
    /** Jobs that have not left. */
    int jobs;
    /** What those have to do until when. */
    final Demand demand = new Demand();

    final NavigableSet<JobState> firsts = new TreeSet<>(JobState.BY_KEY);
    final NavigableSet<JobState> running = new TreeSet<>(JobState.BY_KEY);

    Tenant(String name, long sequence) {
        this.name = name;
        this.sequence = sequence;
    }

    NavigableSet<JobState> line(boolean first) {
        return first ? firsts : running;
    }
}
