package dev.glimpse.observability;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Processor time that event loops spend on the requests of each door: from taking them in, and what they bring, to
 * writing their frames. What belongs to connections and not to requests, such as TLS, is not in it. Safe to use from
 * any thread.
 */
final class DoorTimes {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean supported = threads.isCurrentThreadCpuTimeSupported();
    private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();
    /** A door that answers at once runs within the taking in of its request, which is measured already. */
    private final ThreadLocal<Boolean> measuring = ThreadLocal.withInitial(() -> false);

    /** Does some of a door's work, which counts as the door's. */
    void run(String door, Runnable work) {
        if (!supported || measuring.get()) {
            work.run();
            return;
        }
        measuring.set(true);
        long before = threads.getCurrentThreadCpuTime();
        try {
            work.run();
        } finally {
            measuring.set(false);
            times(door).add(threads.getCurrentThreadCpuTime() - before);
        }
    }

    double seconds(String door) {
        return times(door).sum() / 1e9;
    }

    private LongAdder times(String door) {
        return nanos.computeIfAbsent(door, d -> new LongAdder());
    }
}
