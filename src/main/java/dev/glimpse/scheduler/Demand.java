package dev.glimpse.scheduler;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Evaluations by the time until which they should be done; times count from the scheduler's first. */
final class Demand {
    private final TreeMap<Long, Long> nfeByDue = new TreeMap<>();

    /** Work that is due by some time. */
    record Part(long dueNanos, long nfe) {}

    /** Evaluations that can be done by a time. */
    @FunctionalInterface
    interface Capacity {
        double by(long due);
    }

    void add(Part part, int sign) {
        long nfe = nfeByDue.getOrDefault(part.dueNanos(), 0L) + sign * part.nfe();
        if (nfe == 0) {
            nfeByDue.remove(part.dueNanos());
        } else {
            nfeByDue.put(part.dueNanos(), nfe);
        }
    }

    boolean isEmpty() {
        return nfeByDue.isEmpty();
    }

    /**
     * Whether some more work would be done in time, and nothing else late for it: up to each time no more is due than
     * can be done by then, h(d) &lt;= c(d) for all d, which is enough where the earliest due goes first (the processor
     * demand criterion of Baruah, Rosier and Howell, "Algorithms and complexity concerning the preemptive scheduling of
     * periodic, real-time tasks on one processor", 1990).
     *
     * @param more the work that asks, the earliest due first; at least one part
     */
    boolean fits(List<Part> more, Capacity capacity) {
        more.forEach(part -> add(part, 1));
        boolean fits = fits(more.get(0).dueNanos(), capacity);
        more.forEach(part -> add(part, -1));
        return fits;
    }

    /** Whether everything that is due from some time on fits: those who ask are many where most are refused. */
    private boolean fits(long from, Capacity capacity) {
        long done = 0;
        for (Map.Entry<Long, Long> entry : nfeByDue.entrySet()) {
            done += entry.getValue();
            if (entry.getKey() >= from && done > capacity.by(entry.getKey())) {
                return false;
            }
        }
        return true;
    }
}
