package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.List;

/** Jobs that were admitted together: losing one of them loses them all. */
final class JobGroup {
    final long admittedNanos;
    /** Until when it should have its first and its last picture; counts from the scheduler's first. */
    final long firstDue;

    final long lastDue;
    final List<JobState> members = new ArrayList<>();
    /** Members that have not left. */
    int present;

    boolean started;

    JobGroup(long admittedNanos, long firstDue, long lastDue) {
        this.admittedNanos = admittedNanos;
        this.firstDue = firstDue;
        this.lastDue = lastDue;
    }
}
