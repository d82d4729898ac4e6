package dev.glimpse.generation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The orders that devices are at, and which of them take longer than they may. Confined to the dispatcher's context.
 */
final class ForwardWatch {
    private final Map<Integer, Assignment> busy = new HashMap<>();

    /** An order on a device; every one is another. */
    static final class Assignment {
        private final int device;
        private final DeviceWorker worker;
        private final String modelId;
        private final long patienceNanos;
        private final Runnable stuck;

        /**
         * @param patienceNanos how long its forward may take
         * @param stuck told should it be given up
         */
        Assignment(int device, DeviceWorker worker, String modelId, long patienceNanos, Runnable stuck) {
            this.device = device;
            this.worker = worker;
            this.modelId = modelId;
            this.patienceNanos = patienceNanos;
            this.stuck = stuck;
        }

        int device() {
            return device;
        }

        String modelId() {
            return modelId;
        }

        void stuck() {
            stuck.run();
        }

        /** How long its forward has run, if that is longer than it may. An order that waits for a load has none yet. */
        private OptionalLong overdueNanos(long nowNanos) {
            OptionalLong begun = worker.forwardBegunNanos();
            boolean overdue = begun.isPresent() && nowNanos - begun.getAsLong() > patienceNanos;
            return overdue ? OptionalLong.of(nowNanos - begun.getAsLong()) : OptionalLong.empty();
        }
    }

    /**
     * A forward that takes longer than it may.
     *
     * @param nanos how long it has run
     */
    record Overdue(Assignment assignment, long nanos) {}

    void begin(Assignment assignment) {
        busy.put(assignment.device, assignment);
    }

    /** Whether this was still waited for; from now on it is not. */
    boolean end(Assignment assignment) {
        boolean awaited = busy.get(assignment.device) == assignment;
        if (awaited) {
            busy.remove(assignment.device);
        }
        return awaited;
    }

    List<Overdue> overdue(long nowNanos) {
        List<Overdue> overdue = new ArrayList<>();
        for (Assignment assignment : busy.values()) {
            assignment.overdueNanos(nowNanos).ifPresent(nanos -> overdue.add(new Overdue(assignment, nanos)));
        }
        return overdue;
    }
}
