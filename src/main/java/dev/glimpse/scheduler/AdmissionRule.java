package dev.glimpse.scheduler;

import java.util.List;
import java.util.function.ToIntFunction;

/** Decides whether jobs may enter together, from the work already there and what forwards have cost so far. */
final class AdmissionRule {
    /** Told to the refused while no forward has run yet, so that nothing better is known. */
    private static final long UNKNOWN_WAIT_NANOS = 1_000_000_000;

    private final SchedulerSettings settings;
    private final CurrentAllotment allotment;
    private final Forecast forecast;
    private final Backlog backlog;
    private final Pressure pressure;
    private final OverloadRule overload;
    private final DeviceSchedule devices;

    AdmissionRule(
            SchedulerSettings settings,
            CurrentAllotment allotment,
            Forecast forecast,
            Backlog backlog,
            Pressure pressure,
            OverloadRule overload,
            DeviceSchedule devices) {
        this.settings = settings;
        this.allotment = allotment;
        this.forecast = forecast;
        this.backlog = backlog;
        this.pressure = pressure;
        this.overload = overload;
        this.devices = devices;
    }

    Admission decide(List<Job> asking, long nowNanos) {
        long excess = backlog.nfe() + allotment.nfeElsewhere() + Ask.of(asking).nfe() - settings.maxQueuedNfe();
        if (excess > 0) {
            return new Admission.QueueFull(
                    forecast.known() ? Math.max(1, Math.round(forecast.drainNanosAlone(excess))) : UNKNOWN_WAIT_NANOS);
        }
        if (pressure.high()) {
            // What would be late on an idle machine, too, is not to come back later.
            if (isHopeless(asking, nowNanos)) {
                return new Admission.DeadlineUnreachable(nowNanos + nanosAlone(asking));
            }
            if (overload.keepsAll(asking, nowNanos)) {
                return new Admission.Admitted();
            }
            return new Admission.Overloaded(retryNanos());
        }
        if (forecast.known() && settings.has(Policy.DEADLINE_ADMISSION)) {
            long end = nowNanos + expectedNanos(Least.of(asking, this::leastSteps));
            if (isLate(asking, end)) {
                return new Admission.DeadlineUnreachable(end);
            }
        }
        return new Admission.Admitted();
    }

    /** Whether jobs would be late, by the forecast, even if nothing else were to be done. */
    boolean isHopeless(List<Job> asking, long nowNanos) {
        return settings.has(Policy.DEADLINE_ADMISSION) && isLate(asking, nowNanos + nanosAlone(asking));
    }

    /** When those may come back for whom there is no room while more is asked for than can be done. */
    long retryNanos() {
        long drain = forecast.known() ? Math.round(forecast.drainNanos(backlog.nfe())) : 0;
        return Math.max(settings.tuning().guardTargetNanos(), drain);
    }

    /**
     * Whether jobs are let in that would be late by the forecast, where nothing is there that could be late for them:
     * who is refused runs no forward, so that a forecast which is wrong would keep everybody out for ever. Not so if
     * they would be late even were every forward like the fastest, unless that was too long ago.
     */
    boolean worthTrying(List<Job> asking, long nowNanos) {
        double nanos = Least.of(asking, this::leastSteps).nanosAlone(forecast)
                / allotment.share()
                * forecast.together().best();
        return !isLate(asking, nowNanos + (forecast.stale(nowNanos) ? 1 : Math.round(nanos)));
    }

    /** How long jobs take together where nothing else is to be done; 0 while no forward has been timed. */
    long nanosAlone(List<Job> jobs) {
        return forecast.known() ? Math.round(Least.of(jobs, this::leastSteps).nanosAlone(forecast)) : 0;
    }

    private static boolean isLate(List<Job> asking, long endNanos) {
        return asking.stream().anyMatch(job -> job.deadlineNanos() - endNanos < 0);
    }

    /**
     * Most steps of each, up to {@code most}, after which jobs would end by their deadlines if they entered now; at
     * least 1.
     */
    int stepsInTime(List<Job> asking, int most, long nowNanos) {
        boolean shortens = settings.has(Policy.SHORTENING) && settings.has(Policy.DEADLINE_ADMISSION);
        if (!forecast.known() || !shortens) {
            return most;
        }
        int steps = most;
        while (steps > 1 && isLate(asking, nowNanos + expectedNanos(eachOf(asking, steps)))) {
            steps--;
        }
        return steps;
    }

    private static Least eachOf(List<Job> asking, int steps) {
        return Least.of(asking, job -> steps);
    }

    /** A flexible job that is late takes a single step. */
    private int leastSteps(Job job) {
        return job.terms().flexible() && settings.has(Policy.SHORTENING) ? 1 : job.steps();
    }

    /**
     * What jobs have to do together, at the least, if each takes no more steps than it is said to.
     *
     * @param nfe of all of them
     * @param longest evaluations of one of them
     * @param steps of the one that has most
     */
    private record Least(long nfe, int longest, int steps) {
        /** @param stepsOf most steps that a job takes */
        static Least of(List<Job> asking, ToIntFunction<Job> stepsOf) {
            long all = 0;
            int longest = 0;
            int steps = 0;
            for (Job job : asking) {
                int least = stepsOf.applyAsInt(job);
                steps = Math.max(steps, least);
                longest = Math.max(longest, AdmissionRule.nfe(job, least));
                all += AdmissionRule.nfe(job, least);
            }
            return new Least(all, longest, steps);
        }

        /** How long it takes where nothing else is to be done. */
        double nanosAlone(Forecast forecast) {
            double chain = steps * forecast.stepNanosAlone((long) Math.ceil((double) nfe / steps));
            return Math.max(chain, forecast.drainNanosAlone(nfe));
        }
    }

    /**
     * The longer of two bounds: the steps run one after the other, however empty the machine is, behind the forward
     * that runs now; and the machine has to do the job's share of all work.
     */
    private long expectedNanos(Least least) {
        double rows = (double) least.nfe() / least.steps();
        double step = forecast.stepNanos(backlog.jobs() + (long) Math.ceil(rows));
        double chain = least.steps() * step + (devices.allBusy() ? step / 2 : 0);
        // Shortest remaining first: of every other job, no more than the asking job's own length comes before its end.
        long ahead = settings.has(Policy.SHORTEST) && settings.batching() == Batching.STEP
                ? backlog.ahead(least.longest())
                : backlog.nfe();
        return Math.round(Math.max(chain, forecast.drainNanos(least.nfe() + ahead)));
    }

    private static int nfe(Job job, int steps) {
        int nfe = 0;
        for (int i = 0; i < Math.min(steps, job.steps()); i++) {
            nfe += job.rows().get(i);
        }
        return nfe;
    }
}
