package dev.glimpse.observability;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** When the forward that each device is at began. Safe to call from any thread. */
final class ForwardAges {
    private final Map<Integer, Long> startNanos = new ConcurrentHashMap<>();

    void begun(int device, long nanos) {
        startNanos.put(device, nanos);
    }

    void ended(int device) {
        startNanos.remove(device);
    }

    /** How long a forward has run on a device. */
    record Age(int device, Duration age) {}

    /** The one that has run for longest. */
    Optional<Age> oldest() {
        long now = System.nanoTime();
        return startNanos.entrySet().stream()
                .map(begun -> new Age(begun.getKey(), Duration.ofNanos(Math.max(0, now - begun.getValue()))))
                .max(Comparator.comparing(Age::age));
    }
}
