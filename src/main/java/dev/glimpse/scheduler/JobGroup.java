package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.List;

/** Jobs that were admitted together: losing one of them loses them all. */
final class JobGroup {
    final long admittedNanos;
    final List<JobState> members = new ArrayList<>();
    /** Members that have not left. */
    int present;

    boolean started;

    JobGroup(long admittedNanos) {
        this.admittedNanos = admittedNanos;
    }
}
