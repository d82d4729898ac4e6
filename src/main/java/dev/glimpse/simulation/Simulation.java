package dev.glimpse.simulation;

import dev.glimpse.scheduler.Admission;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.StepScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One run of the server's scheduler over a stream of arrivals, in virtual time, event by event.
 *
 * <p>It does what the server does around the scheduler: devices ask in the order in which they became free, and whoever
 * leaves is cancelled. Forwards take the time that {@link ForwardTimes} says. Confined to one thread; used once.
 */
public final class Simulation {
    private static final int PROGRESS_EVERY = 4096;
    /** What the defaults of the server say. */
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);

    private final SchedulerSettings settings;
    private final ForwardTimes times;
    private final long longestLifeNanos;
    private final Tally tally;
    private final SimulatedLanes lanes;
    private final Agenda agenda = new Agenda();
    private final Deque<Integer> idle = new ArrayDeque<>();
    private final Map<Long, SimulatedRequest> byJob = new HashMap<>();
    private final Map<Preview, Map<Integer, List<Integer>>> rows = new HashMap<>();
    private long now;
    private long nextJob;
    private int nextLane;

    /** Told how far a run is; says whether it should go on. */
    @FunctionalInterface
    public interface Progress {
        boolean arrived(long requests);
    }

    /** @param settings of the scheduler, number of devices included */
    public Simulation(SchedulerSettings settings, ForwardTimes times, Slo slo) {
        this(settings, times, slo, LONGEST_LIFE);
    }

    /**
     * The same with other bounds.
     *
     * @param longestLife of any request, whatever its deadline
     */
    public Simulation(SchedulerSettings settings, ForwardTimes times, Slo slo, Duration longestLife) {
        this(settings, times, slo, longestLife, 1);
    }

    /**
     * The same with several schedulers that share the devices.
     *
     * @param lanes how many there are; they get the requests in turn
     */
    Simulation(SchedulerSettings settings, ForwardTimes times, Slo slo, Duration longestLife, int lanes) {
        this.settings = settings;
        this.times = times;
        longestLifeNanos = longestLife.toNanos();
        tally = new Tally(slo);
        this.lanes = new SimulatedLanes(lanes, settings, tally);
        for (int device = 0; device < settings.devices(); device++) {
            idle.add(device);
        }
    }

    /** Runs until the last arrival is answered, or until the progress says to stop. */
    public Outcome run(Iterator<Arrival> arrivals, Progress progress) {
        long arrived = 0;
        boolean going = true;
        while (going && arrivals.hasNext()) {
            Arrival arrival = arrivals.next();
            long at = arrival.atMicros() * 1000;
            passUntil(at);
            now = at;
            arrive(arrival);
            dispatch();
            arrived++;
            going = arrived % PROGRESS_EVERY != 0 || progress.arrived(arrived);
        }
        if (going) {
            passUntil(Long.MAX_VALUE - 1);
        }
        return tally.outcome(settings.devices(), times.fullRate(settings.devices(), settings.maxRows()));
    }

    private void passUntil(long time) {
        while (agenda.next() <= time) {
            Agenda.Item item = agenda.poll();
            if (item != null) {
                now = item.atNanos();
                item.action().run();
                dispatch();
            }
        }
    }

    private void arrive(Arrival arrival) {
        tally.offered(arrival, now);
        boolean waits = arrival.deadlineMicros() == 0;
        long life = waits ? longestLifeNanos : Math.min(longestLifeNanos, arrival.deadlineMicros() * 1000);
        int lane = nextLane;
        nextLane = (lane + 1) % lanes.count();
        StepScheduler scheduler = lanes.at(lane, now);
        int steps = scheduler.grantedSteps(jobs(arrival, arrival.steps(), now + life), now);
        List<Job> jobs = jobs(arrival, steps, now + life);
        if (!(scheduler.admit(jobs, now) instanceof Admission.Admitted)) {
            tally.refused();
            return;
        }
        tally.granted(arrival.steps(), steps, jobs);
        SimulatedRequest request = new SimulatedRequest(arrival, lane, steps, now, nextJob);
        nextJob += jobs.size();
        jobs.forEach(job -> byJob.put(job.id(), request));
        if (!waits) {
            // The server's reader is not kept waiting for the end of a step that runs.
            agenda.plan(now + life, () -> end(request, SimulatedRequest.End.LATE));
        }
        if (arrival.leavesMicros() > 0) {
            agenda.plan(now + arrival.leavesMicros() * 1000, () -> end(request, SimulatedRequest.End.LEFT));
        }
    }

    private List<Job> jobs(Arrival arrival, int steps, long deadline) {
        List<Integer> rows = rows(arrival.preview(), steps);
        return LongStream.range(nextJob, nextJob + arrival.samples())
                .mapToObj(id -> new Job(id, rows, deadline, arrival.terms()))
                .toList();
    }

    private void dispatch() {
        lanes.rest();
        for (int device : List.copyOf(idle)) {
            for (int lane = 0; lane < lanes.count(); lane++) {
                StepScheduler scheduler = lanes.at(lane, now);
                endAll(scheduler.expire(now), SimulatedRequest.End.LATE);
                endAll(scheduler.shed(now), SimulatedRequest.End.SHED);
            }
            List<String> waiting = new ArrayList<>(lanes.waits());
            if (waiting.isEmpty()) {
                return;
            }
            serve(device, waiting);
        }
    }

    private void serve(int device, List<String> waiting) {
        Optional<String> next = lanes.next(waiting);
        while (next.isPresent() && !begin(Integer.parseInt(next.get()), device)) {
            waiting.remove(next.get());
            next = lanes.next(waiting);
        }
    }

    private boolean begin(int lane, int device) {
        Optional<Batch> batch = lanes.at(lane, now).nextBatch(device, now, idle.size(), this::demand);
        batch.ifPresent(b -> run(lane, device, b));
        return batch.isPresent();
    }

    private void run(int lane, int device, Batch batch) {
        idle.remove(device);
        long took = Math.round(times.nanos(batch.rows()) * times.factors().at(now));
        agenda.plan(now + took + times.overheadNanos(), () -> {
            idle.add(device);
            land(lane, batch, took);
        });
    }

    /** Rows of a step: a reader that is too slow gets no preview that costs a row, except the first. */
    private int demand(long jobId, int step) {
        SimulatedRequest request = byJob.get(jobId);
        boolean wanted = step == 0 || request.arrival.reads();
        return wanted ? rows(request.arrival.preview(), request.steps).get(step) : 1;
    }

    private List<Integer> rows(Preview preview, int steps) {
        return rows.computeIfAbsent(preview, p -> new HashMap<>()).computeIfAbsent(steps, preview::rows);
    }

    private void land(int lane, Batch batch, long took) {
        StepScheduler scheduler = lanes.at(lane, now);
        endAll(scheduler.expire(now), SimulatedRequest.End.LATE);
        // Half of the overhead passes before the forward and half after it, when the picture is there.
        long pictureNanos = now - times.overheadNanos() / 2;
        tally.forward(took, batch.rows(), now);
        lanes.charge(lane, took);
        scheduler.completed(batch, took);
        for (Batch.Entry entry : batch.entries()) {
            SimulatedRequest request = byJob.get(entry.jobId());
            if (request == null || !request.open) {
                continue;
            }
            request.nfe += entry.rows();
            tally.served(request, entry.rows());
            if (request.arrival.preview() != Preview.NONE) {
                tally.seen(request, pictureNanos);
            }
        }
        for (long id : tally.finishedJobs()) {
            SimulatedRequest request = byJob.remove(id);
            if (request != null) {
                tally.seen(request, pictureNanos);
                if (--request.unfinished == 0) {
                    request.open = false;
                    tally.finished(request, pictureNanos);
                }
            }
        }
    }

    private void endAll(List<Long> jobIds, SimulatedRequest.End end) {
        for (long id : jobIds) {
            SimulatedRequest request = byJob.get(id);
            if (request != null) {
                end(request, end);
            }
        }
    }

    private void end(SimulatedRequest request, SimulatedRequest.End end) {
        if (!request.open) {
            return;
        }
        request.open = false;
        for (long id = request.firstJob; id < request.firstJob + request.arrival.samples(); id++) {
            lanes.get(request.lane).cancel(id);
            byJob.remove(id);
        }
        tally.ended(request, end, now);
    }
}
