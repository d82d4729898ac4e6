package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Jobs that were admitted together: losing one of them loses them all. */
final class JobGroup {
    static final Comparator<JobGroup> BY_FIRST_DUE =
            Comparator.comparingLong((JobGroup group) -> group.firstDue).thenComparingLong(group -> group.sequence);

    /** Of its first job. */
    final long sequence;

    final long admittedNanos;
    /** Until when it should have its first and its last picture; counts from the scheduler's first. */
    final long firstDue;

    final long lastDue;
    final List<JobState> members = new ArrayList<>();
    /** Members that have not left. */
    int present;

    boolean started;
    /** By the forecast they are late; they are here to see whether it holds, so nothing that follows from it counts. */
    boolean trial;

    JobGroup(long sequence, long admittedNanos, long firstDue, long lastDue) {
        this.sequence = sequence;
        this.admittedNanos = admittedNanos;
        this.firstDue = firstDue;
        this.lastDue = lastDue;
    }
}
