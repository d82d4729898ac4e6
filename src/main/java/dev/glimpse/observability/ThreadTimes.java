package dev.glimpse.observability;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time of the process's threads by what they do. What a thread did between two questions is lost if it ended
 * meanwhile, so sums may lag a little, but never fall. Threads of native libraries and of the garbage collector are not
 * Java's to see, and not in it.
 */
final class ThreadTimes {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> seen = new HashMap<>();
    private final Map<Group, Long> nanos = new EnumMap<>(Group.class);

    /** What threads do. */
    enum Group {
        /** Event loops: connections of all doors, and the scheduler. */
        DOORS("vert.x-eventloop-thread"),
        /** The evaluation of the network. */
        DEVICES("device-"),
        /** Pixels into bytes. */
        ENCODERS("picture-encoders"),
        /** Everything else. */
        OTHERS("");

        private final String prefix;

        Group(String prefix) {
            this.prefix = prefix;
        }

        static Group of(String threadName) {
            for (Group group : values()) {
                if (threadName.startsWith(group.prefix)) {
                    return group;
                }
            }
            return OTHERS;
        }
    }

    synchronized double seconds(Group group) {
        if (threads.isThreadCpuTimeSupported()) {
            look();
        }
        return nanos.getOrDefault(group, 0L) / 1e9;
    }

    private void look() {
        long[] ids = threads.getAllThreadIds();
        seen.keySet().retainAll(Arrays.stream(ids).boxed().toList());
        for (ThreadInfo thread : threads.getThreadInfo(ids)) {
            if (thread == null) {
                continue;
            }
            long id = thread.getThreadId();
            long now = threads.getThreadCpuTime(id);
            if (now >= 0) {
                Long before = seen.put(id, now);
                nanos.merge(Group.of(thread.getThreadName()), now - (before == null ? 0 : before), Long::sum);
            }
        }
    }
}
