package dev.glimpse.scheduler;

import java.util.Collection;
import java.util.List;

/** Decides whether jobs may enter together, from the work already there and what forwards have cost so far. */
final class AdmissionRule {
    /** Told to the refused while no forward has run yet, so that nothing better is known. */
    private static final long UNKNOWN_WAIT_NANOS = 1_000_000_000;

    private final SchedulerSettings settings;
    private final ForwardCost cost;

    AdmissionRule(SchedulerSettings settings, ForwardCost cost) {
        this.settings = settings;
        this.cost = cost;
    }

    Admission decide(List<Job> asking, Collection<JobState> present, long queuedNfe, long nowNanos) {
        long askedNfe = asking.stream().mapToLong(Job::nfe).sum();
        long excess = queuedNfe + askedNfe - settings.maxQueuedNfe();
        if (excess > 0) {
            return new Admission.QueueFull(
                    cost.known() ? Math.max(1, Math.round(drainNanos(excess))) : UNKNOWN_WAIT_NANOS);
        }
        if (cost.known()) {
            long end = nowNanos + Math.round(Math.max(chainNanos(asking, askedNfe), shareNanos(asking, present)));
            boolean inTime = asking.stream().allMatch(job -> job.deadlineNanos() - end >= 0);
            if (!inTime) {
                return new Admission.DeadlineUnreachable(end);
            }
        }
        return new Admission.Admitted();
    }

    /** The steps of a job run one after the other, however empty the machine is. */
    private double chainNanos(List<Job> asking, long askedNfe) {
        long steps = asking.stream().mapToLong(job -> job.rows().size()).max().orElseThrow();
        double rows = Math.ceil((double) askedNfe / steps / settings.devices());
        return steps * cost.nanos((int) Math.min(settings.maxRows(), Math.max(settings.minRows(), rows)));
    }

    /** Shortest remaining first: of every other job, no more than the asking job's own length comes before its end. */
    private double shareNanos(List<Job> asking, Collection<JobState> present) {
        long nfe = 0;
        int longest = 0;
        for (Job job : asking) {
            nfe += job.nfe();
            longest = Math.max(longest, job.nfe());
        }
        for (JobState state : present) {
            nfe += state.leaving() ? 0 : Math.min(longest, state.remainingNfe());
        }
        return drainNanos(nfe);
    }

    private double drainNanos(long nfe) {
        return nfe * cost.nanos(settings.maxRows()) / settings.maxRows() / settings.devices();
    }
}
