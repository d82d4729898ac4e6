package dev.glimpse.simulation;

import dev.glimpse.scheduler.Departure;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.SchedulerListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts what happens in one run. */
final class Tally implements SchedulerListener {
    private final Slo slo;
    private final Spread first = new Spread();
    private final Spread last = new Spread();
    private final Spread step = new Spread();
    private final Fairness fairness = new Fairness();
    private final List<Long> finishedJobs = new ArrayList<>();
    private final Set<Long> shortenedJobs = new HashSet<>();
    private long firstNanos = -1;
    private long lastNanos;
    private long offered;
    private long finished;
    private long good;
    private long refused;
    private long late;
    private long shed;
    private long left;
    private long shortened;
    private long nfe;
    private long unfinishedNfe;
    private long wastedNfe;
    private long busyNanos;

    Tally(Slo slo) {
        this.slo = slo;
    }

    /** A request is closed before the forward ends that it was in, so that these are in no request's own count. */
    @Override
    public void wasted(int count) {
        wastedNfe += count;
        unfinishedNfe += count;
    }

    @Override
    public void shortened(long jobId, int grantedSteps) {
        shorten(jobId);
    }

    /** A job that was granted fewer steps and then cut again is one job. */
    private void shorten(long jobId) {
        shortened += shortenedJobs.add(jobId) ? 1 : 0;
    }

    @Override
    public void left(long jobId, Departure departure) {
        shortenedJobs.remove(jobId);
        if (departure == Departure.FINISHED) {
            finishedJobs.add(jobId);
        }
    }

    /** Jobs that have finished since this was last asked. */
    List<Long> finishedJobs() {
        List<Long> jobs = List.copyOf(finishedJobs);
        finishedJobs.clear();
        return jobs;
    }

    void granted(int asked, int steps, List<Job> jobs) {
        if (steps < asked) {
            jobs.forEach(job -> shorten(job.id()));
        }
    }

    void offered(Arrival arrival, long nowNanos) {
        offered++;
        firstNanos = firstNanos < 0 ? nowNanos : firstNanos;
        lastNanos = nowNanos;
        fairness.asked(arrival.terms().tenant(), arrival.terms().weight(), arrival.nfe());
    }

    void refused() {
        refused++;
    }

    void forward(long nanos, int rows, long nowNanos) {
        lastNanos = nowNanos;
        step.add(nanos);
        busyNanos += nanos;
        nfe += rows;
    }

    void served(SimulatedRequest request, int rows) {
        fairness.served(request.arrival.terms().tenant(), rows);
    }

    /** A picture is there; the first one of a request counts. */
    void seen(SimulatedRequest request, long nowNanos) {
        if (request.firstNanos < 0) {
            request.firstNanos = nowNanos - request.arrivedNanos;
            first.add(request.firstNanos);
        }
    }

    void finished(SimulatedRequest request, long nowNanos) {
        finished++;
        long all = nowNanos - request.arrivedNanos;
        last.add(all);
        good += slo.met(request.arrival, request.firstNanos, all) ? 1 : 0;
    }

    void ended(SimulatedRequest request, SimulatedRequest.End end, long nowNanos) {
        lastNanos = nowNanos;
        unfinishedNfe += request.nfe;
        switch (end) {
            case LATE -> late++;
            case SHED -> shed++;
            case LEFT -> left++;
        }
    }

    /** @param capacity evaluations a nanosecond that the devices do in full forwards */
    Outcome outcome(int devices, double capacity) {
        // From the first arrival to the last answer, whatever was still planned for requests that were over.
        long nanos = Math.max(1, lastNanos - firstNanos);
        return new Outcome(
                offered,
                finished,
                good,
                refused,
                late,
                shed,
                left,
                shortened,
                nanos / 1e9,
                first,
                last,
                step,
                step.count(),
                nfe,
                unfinishedNfe,
                wastedNfe,
                (double) busyNanos / nanos / devices,
                nfe / (nanos * capacity),
                fairness.index());
    }
}
