package dev.glimpse.observability;

import java.time.Duration;
import java.util.Map;
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

    /** How long the oldest of them has run; zero when none runs. */
    Duration oldest() {
        long now = System.nanoTime();
        return Duration.ofNanos(startNanos.values().stream()
                .mapToLong(started -> Math.max(0, now - started))
                .max()
                .orElse(0));
    }
}
