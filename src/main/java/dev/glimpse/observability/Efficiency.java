package dev.glimpse.observability;

import java.util.HashMap;
import java.util.Map;

/**
 * What the devices do, by what they could: wanted evaluations, each counted as the time that it takes in a forward of
 * the most rows, over the time that forwards took. Both sums fade with the devices' busy time, so that the ratio tells
 * of about the last minute in which there was work. Written by one thread, read by any.
 */
final class Efficiency {
    private static final double MEMORY_NANOS = 60e9;

    private final Map<String, Double> best = new HashMap<>();
    private double wantedNanos;
    private double busyNanos;
    private volatile double ratio;

    /** Tells what an evaluation costs at best, before {@link #forward} tells of the forward that showed it. */
    void bestNanosPerRow(String lane, int device, double nanos) {
        best.put(key(lane, device), nanos);
    }

    void forward(String lane, int device, int wantedRows, long durationNanos) {
        double fading = Math.exp(-durationNanos / MEMORY_NANOS);
        wantedNanos = wantedNanos * fading + wantedRows * best.getOrDefault(key(lane, device), 0.0);
        busyNanos = busyNanos * fading + durationNanos;
        ratio = wantedNanos / Math.max(1, busyNanos);
    }

    /** 0 before the first forward. */
    double ratio() {
        return ratio;
    }

    private static String key(String lane, int device) {
        return lane + " " + device;
    }
}
