package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.List;

/** What steps will cost, learned from the forwards so far: each device by itself, and all of them as one. */
final class Forecast {
    /** How long what is known holds at least while no further forward confirms it. */
    private static final long TRUSTED_NANOS = 10_000_000_000L;

    private final SchedulerSettings settings;
    private final CurrentAllotment allotment;
    private final List<ForwardCost> devices = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();
    private final ForwardCost together;
    private double knownRate;
    private int knownDevices;
    private long latestNanos;

    Forecast(SchedulerSettings settings, CurrentAllotment allotment) {
        this.settings = settings;
        this.allotment = allotment;
        together = new ForwardCost(settings.costWindow());
    }

    ForwardCost device(int index) {
        while (devices.size() <= index) {
            devices.add(new ForwardCost(settings.costWindow()));
            rates.add(0.0);
        }
        return devices.get(index);
    }

    /** Learns from a forward that has just ended. */
    void observe(int device, int rows, long durationNanos, long nowNanos) {
        latestNanos = nowNanos;
        int padded = settings.padded(rows);
        ForwardCost cost = device(device);
        knownDevices += cost.known() ? 0 : 1;
        if (!cost.observe(padded, durationNanos)) {
            return;
        }
        together.learn(padded, durationNanos);
        double rate = settings.maxRows() / Math.max(1, cost.nanos(settings.maxRows()));
        knownRate += rate - rates.set(device, rate);
    }

    /** Whether there is anything to predict from. */
    boolean known() {
        return together.known();
    }

    /**
     * Whether no forward has ended for so long that it is time to see whether they still take as long: at least for as
     * long as those took that tell of it, so that seeing whether costs little.
     */
    boolean stale(long nowNanos) {
        return nowNanos - latestNanos > Math.max(TRUSTED_NANOS, together.totalNanos());
    }

    /** All devices as one. */
    ForwardCost together() {
        return together;
    }

    /** How long a forward of so many rows takes; only when {@link #known}. */
    double nanos(int rows) {
        return together.nanos(settings.padded(rows));
    }

    /** How long a step takes while {@code jobs} have the scheduler's share; only when {@link #known}. */
    double stepNanos(long jobs) {
        return stepNanos(jobs, allotment.ownDevices());
    }

    /** The same while they have the devices to themselves. */
    double stepNanosAlone(long jobs) {
        return stepNanos(jobs, allotment.devices());
    }

    private double stepNanos(long jobs, double devices) {
        double each = Math.min(settings.maxRows(), Math.ceil(jobs / devices));
        // With less than a whole device a forward is followed by one of others.
        return together.nanos(settings.padded((int) each)) / Math.min(1, devices);
    }

    /** How long the smallest forward takes; only when {@link #known}. */
    double smallestNanos() {
        return together.leastNanos(settings.minRows());
    }

    /** How long the scheduler's share takes for so many evaluations in full forwards; only when {@link #known}. */
    double drainNanos(long nfe) {
        return drainNanosAlone(nfe) / allotment.share();
    }

    /** How long all devices take for them; only when {@link #known}. */
    double drainNanosAlone(long nfe) {
        // A device that has not run yet is taken to be like the others.
        return nfe * (double) knownDevices / (knownRate * allotment.devices());
    }
}
