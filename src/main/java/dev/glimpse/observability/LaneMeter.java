package dev.glimpse.observability;

import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Departure;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;

/** One lane's numbers: written by its scheduler's thread, read by any. */
final class LaneMeter implements SchedulerListener {
    private final String lane;
    private final SchedulerSettings settings;
    private final Meters meters;
    private final IntFunction<String> deviceNames;
    private final Efficiency efficiency;
    private final ForwardAges ages;

    private final Map<Long, Arrival> present = new HashMap<>();
    private final AtomicIntegerArray waitingRequests = new AtomicIntegerArray(Rank.values().length);
    private final AtomicIntegerArray queuedNfe = new AtomicIntegerArray(Rank.values().length);
    private final Map<Integer, Cost> costs = new HashMap<>();
    private volatile int trajectories;
    private volatile int brownOut;
    private volatile long expectedWaitNanos;

    LaneMeter(
            String lane,
            SchedulerSettings settings,
            Meters meters,
            IntFunction<String> deviceNames,
            Efficiency efficiency,
            ForwardAges ages) {
        this.lane = lane;
        this.settings = settings;
        this.meters = meters;
        this.deviceNames = deviceNames;
        this.efficiency = efficiency;
        this.ages = ages;
    }

    /** The jobs of one request, until its first step begins or all of them have left. */
    private static final class Arrival {
        final Rank rank;
        int jobs;
        boolean waits;

        Arrival(List<Job> all) {
            rank = all.get(0).terms().rank();
            jobs = all.size();
            // Whoever goes on with what was begun before waits for no first step.
            waits = all.stream().noneMatch(Job::begun);
        }
    }

    /** The estimate for one device. */
    private record Cost(AtomicLongArray nanos, List<Meter> gauges) {}

    int waitingRequests(Rank rank) {
        return waitingRequests.get(rank.ordinal());
    }

    int queuedNfe(Rank rank) {
        return queuedNfe.get(rank.ordinal());
    }

    int trajectories() {
        return trajectories;
    }

    int brownOut() {
        // As below: it ends while nobody looks, and nobody is granted fewer steps by an idle lane.
        return trajectories == 0 ? 0 : brownOut;
    }

    double expectedWaitSeconds() {
        // The estimate is renewed when something happens, and nothing does while nothing waits.
        return trajectories == 0 ? 0 : expectedWaitNanos / 1e9;
    }

    int queuedNfe() {
        int nfe = 0;
        for (int rank = 0; rank < queuedNfe.length(); rank++) {
            nfe += queuedNfe.get(rank);
        }
        return nfe;
    }

    /** Its work by the most that all lanes may hold together. */
    double fill() {
        return (double) queuedNfe() / settings.maxQueuedNfe();
    }

    void close() {
        costs.values().forEach(cost -> cost.gauges.forEach(meters::remove));
    }

    @Override
    public void entered(List<Job> jobs) {
        Arrival arrival = new Arrival(jobs);
        jobs.forEach(job -> present.put(job.id(), arrival));
        if (arrival.waits) {
            waitingRequests.incrementAndGet(arrival.rank.ordinal());
        }
        trajectories = present.size();
    }

    @Override
    public void queued(Rank rank, int nfe) {
        queuedNfe.set(rank.ordinal(), nfe);
    }

    @Override
    public void expectedWait(long nanos) {
        expectedWaitNanos = nanos;
    }

    @Override
    public void started(Batch batch, int waitingJobs) {
        ages.begun(batch.device(), batch.startNanos());
        for (Batch.Entry entry : batch.entries()) {
            Arrival arrival = present.get(entry.jobId());
            if (arrival != null) {
                begun(arrival);
            }
        }
    }

    @Override
    public void completed(Batch batch, long durationNanos) {
        // Here and not where the results are told, which is when the device may be at its next forward.
        ages.ended(batch.device());
    }

    private void begun(Arrival arrival) {
        if (arrival.waits) {
            arrival.waits = false;
            waitingRequests.decrementAndGet(arrival.rank.ordinal());
        }
    }

    @Override
    public void left(long jobId, Departure departure) {
        Arrival arrival = present.remove(jobId);
        if (arrival != null && --arrival.jobs == 0) {
            begun(arrival);
        }
        trajectories = present.size();
    }

    @Override
    public void fitted(int device, double a, double b) {
        Cost cost = costs.computeIfAbsent(device, this::cost);
        cost.nanos.set(0, Math.round(a));
        cost.nanos.set(1, Math.round(b));
        efficiency.bestNanosPerRow(lane, device, (a + b * settings.maxRows()) / settings.maxRows());
    }

    private Cost cost(int device) {
        AtomicLongArray nanos = new AtomicLongArray(2);
        List<Meter> gauges = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int coefficient = i;
            gauges.add(meters.gauge(
                    Metric.STEP_COST,
                    () -> nanos.get(coefficient) / 1e9,
                    lane,
                    deviceNames.apply(device),
                    i == 0 ? "a" : "b"));
        }
        return new Cost(nanos, gauges);
    }

    @Override
    public void brownOut(int level) {
        brownOut = level;
    }
}
