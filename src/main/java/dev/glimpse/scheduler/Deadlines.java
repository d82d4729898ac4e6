package dev.glimpse.scheduler;

import java.util.TreeMap;

/** How many jobs have to end by when; times count from the scheduler's first. */
final class Deadlines {
    /** Those that are no further apart than 2^26 ns, some 67 ms, count as one, as there may be thousands. */
    private static final int GRAIN_BITS = 26;

    private final TreeMap<Long, Integer> jobs = new TreeMap<>();

    void add(long deadline, int sign) {
        jobs.merge(deadline >> GRAIN_BITS, sign, (before, more) -> before + more == 0 ? null : before + more);
    }

    /** Jobs that have to end by a deadline or before, itself included. */
    int until(long deadline) {
        int count = 0;
        for (int some : jobs.headMap(deadline >> GRAIN_BITS, true).values()) {
            count += some;
        }
        return count;
    }
}
