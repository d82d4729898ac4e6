package dev.glimpse.scheduler;

import java.util.HashMap;
import java.util.Map;

/** What each device is at, and when that is expected to end; times count from the scheduler's first. */
final class DeviceSchedule {
    private final CurrentAllotment allotment;
    private final Forecast forecast;
    private final Epoch epoch;
    private final Map<Integer, Long> ends = new HashMap<>();

    DeviceSchedule(CurrentAllotment allotment, Forecast forecast, Epoch epoch) {
        this.allotment = allotment;
        this.forecast = forecast;
        this.epoch = epoch;
    }

    void started(Batch batch) {
        long nanos = forecast.known() ? Math.round(forecast.nanos(batch.rows())) : 0;
        ends.put(batch.device(), epoch.since(batch.startNanos()) + nanos);
    }

    void ended(Batch batch) {
        ends.remove(batch.device());
    }

    /** Whether every device is free. */
    boolean allFree() {
        return ends.isEmpty();
    }

    /** Whether no device is free. */
    boolean allBusy() {
        return ends.size() >= allotment.devices();
    }

    /**
     * Evaluations that the devices get done for the scheduler by a time besides what they are at, in forwards of one
     * size: whole ones where it has the devices for itself. Where others use them, too, forwards of theirs come
     * between, and nobody knows where.
     *
     * @param due counts from the scheduler's first
     * @param rows of those forwards
     * @param nanos that each of them takes
     */
    double doneBy(long due, long nowNanos, double rows, double nanos) {
        long since = epoch.since(nowNanos);
        double forwards = Math.max(0, allotment.devices() - ends.size()) * forwards(due - since, nanos);
        for (long end : ends.values()) {
            forwards += forwards(due - Math.max(since, end), nanos);
        }
        return allotment.share() * rows * forwards;
    }

    private double forwards(long time, double nanos) {
        double forwards = Math.max(0, time / nanos);
        return allotment.share() < 1 ? forwards : Math.floor(forwards);
    }
}
