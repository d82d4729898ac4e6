package dev.glimpse.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The threads that were given up and have not come back. Confined to the dispatcher's context. */
final class HungThreads {
    private final int most;
    private final Map<Integer, Integer> givenUp = new HashMap<>();
    private final SortedMap<Integer, Integer> hanging = new TreeMap<>();

    /** Devices without a worker, as too many threads hang. */
    private final Deque<Integer> resting = new ArrayDeque<>();

    /** @param most threads that may hang while others take their place */
    HungThreads(int most) {
        this.most = most;
    }

    int count() {
        return hanging.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many there are of each device that has one. */
    SortedMap<Integer, Integer> byDevice() {
        return hanging;
    }

    /** One more; whether another thread may take its place, else the device rests. */
    boolean giveUp(int device) {
        givenUp.merge(device, 1, Integer::sum);
        hanging.merge(device, 1, Integer::sum);
        boolean few = count() <= most;
        if (!few) {
            resting.add(device);
        }
        return few;
    }

    /** One less; the device that may go on now, if one rests. */
    Optional<Integer> cameBack(int device) {
        hanging.computeIfPresent(device, (key, threads) -> threads == 1 ? null : threads - 1);
        return Optional.ofNullable(resting.poll());
    }

    /** A name for a device's pool of threads: one of the same name would be the same pool, whose only thread hangs. */
    String poolName(int device) {
        int before = givenUp.getOrDefault(device, 0);
        return "device-" + device + (before == 0 ? "" : "-after-" + before);
    }
}
