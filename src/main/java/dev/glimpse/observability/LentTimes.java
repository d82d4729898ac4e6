package dev.glimpse.observability;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * How long devices have been at likelihoods, whose evaluations with derivatives are no batch's. Written by one thread,
 * read by any.
 */
final class LentTimes {
    private final Meters meters;
    private final IntFunction<String> deviceNames;
    private final Map<Integer, Long> startNanos = new HashMap<>();
    private final Map<Integer, LongAdder> nanos = new ConcurrentHashMap<>();

    /** @param deviceNames of devices by index */
    LentTimes(Meters meters, IntFunction<String> deviceNames) {
        this.meters = meters;
        this.deviceNames = deviceNames;
        // Every server has this one; others show up when they are lent.
        spent(0);
    }

    void begun(int device, long nowNanos) {
        startNanos.put(device, nowNanos);
    }

    void ended(int device) {
        Long started = startNanos.remove(device);
        if (started != null) {
            spent(device).add(Math.max(0, System.nanoTime() - started));
        }
    }

    private LongAdder spent(int device) {
        return nanos.computeIfAbsent(device, index -> {
            LongAdder sum = new LongAdder();
            meters.counter(Metric.SCORING_TIME, () -> sum.sum() / 1e9, deviceNames.apply(index));
            return sum;
        });
    }
}
