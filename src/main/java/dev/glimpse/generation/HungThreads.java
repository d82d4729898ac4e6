package dev.glimpse.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The threads that were given up and have not come back. Confined to the dispatcher's context. */
final class HungThreads {
    private final int most;
    private final Map<Integer, Integer> givenUp = new HashMap<>();

    /** Devices without a worker, as too many threads hang. */
    private final Deque<Integer> resting = new ArrayDeque<>();

    private int count;

    /** @param most threads that may hang while others take their place */
    HungThreads(int most) {
        this.most = most;
    }

    int count() {
        return count;
    }

    /** One more; whether another thread may take its place, else the device rests. */
    boolean giveUp(int device) {
        givenUp.merge(device, 1, Integer::sum);
        count++;
        if (count > most) {
            resting.add(device);
        }
        return count <= most;
    }

    /** One less; the device that may go on now, if one rests. */
    Optional<Integer> cameBack() {
        count--;
        return Optional.ofNullable(resting.poll());
    }

    /** A name for a device's pool of threads: one of the same name would be the same pool, whose only thread hangs. */
    String poolName(int device) {
        int before = givenUp.getOrDefault(device, 0);
        return "device-" + device + (before == 0 ? "" : "-after-" + before);
    }
}
