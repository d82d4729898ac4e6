package dev.glimpse.generation;

import dev.glimpse.scheduler.Admission;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.StepScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The trajectories of a lane, each as a job of its scheduler, and how they enter and leave it. Confined to the
 * dispatcher's context.
 */
final class LaneJobs {
    private final StepScheduler scheduler;
    private final LongConsumer deciding;
    private final Map<Long, Trajectory> byId = new HashMap<>();
    private long nextJobId;

    /** @param deciding told the time before the scheduler is asked to decide anything */
    LaneJobs(StepScheduler scheduler, LongConsumer deciding) {
        this.scheduler = scheduler;
        this.deciding = deciding;
    }

    /** The trajectory that is this job; it must be there. */
    Trajectory get(long id) {
        return byId.get(id);
    }

    /** Forgets a job that has taken its last step. */
    void remove(long id) {
        byId.remove(id);
    }

    /** Lets all trajectories of a request in, or none; says why not. */
    Optional<Failure> enter(List<Trajectory> trajectories, long deadlineNanos) {
        if (trajectories.isEmpty()) {
            return Optional.empty();
        }
        List<Job> asking = new ArrayList<>();
        for (Trajectory trajectory : trajectories) {
            asking.add(trajectory.job(
                    nextJobId++, deadlineNanos, terms(trajectory.request().planned())));
        }
        long now = System.nanoTime();
        deciding.accept(now);
        PlannedRequest planned = trajectories.get(0).request().planned();
        Optional<Failure> refusal = refusal(scheduler.admit(asking, now), planned, deadlineNanos - now, now);
        if (refusal.isEmpty()) {
            for (int i = 0; i < asking.size(); i++) {
                trajectories.get(i).jobId(Optional.of(asking.get(i).id()));
                byId.put(asking.get(i).id(), trajectories.get(i));
            }
        }
        return refusal;
    }

    private Optional<Failure> refusal(Admission admission, PlannedRequest asking, long nanosLeft, long nowNanos) {
        if (admission instanceof Admission.QueueFull full) {
            return Optional.of(new Failure.Overloaded(true, Duration.ofNanos(full.retryAfterNanos())));
        }
        if (admission instanceof Admission.Overloaded overloaded) {
            return Optional.of(new Failure.Overloaded(false, Duration.ofNanos(overloaded.retryAfterNanos())));
        }
        return admission instanceof Admission.DeadlineUnreachable late
                ? Optional.of(Failure.DeadlineExceeded.foreseen(
                        reachable(asking), nanosLeft, late.expectedEndNanos() - nowNanos))
                : Optional.empty();
    }

    /** Whether a request could end in its time where nothing else is to be done; yes while nobody knows. */
    boolean reachable(PlannedRequest planned) {
        long given = planned.timeout().toNanos();
        deciding.accept(System.nanoTime());
        return scheduler.nanosAlone(jobs(planned, given)) <= given;
    }

    /** What a request asks for, as jobs that do not enter. */
    private List<Job> jobs(PlannedRequest planned, long deadlineNanos) {
        return planned.rowsToShow()
                .map(rows -> new Job(nextJobId, rows, deadlineNanos, terms(planned)))
                .toList();
    }

    /** Takes trajectories out at their next step boundary. */
    void leave(List<Trajectory> trajectories) {
        for (Trajectory trajectory : trajectories) {
            trajectory.jobId().ifPresent(id -> {
                byId.remove(id);
                scheduler.cancel(id);
            });
            trajectory.jobId(Optional.empty());
        }
    }

    /** Gives everyone who reads a request until a time that may be later than before. */
    void extend(ActiveRequest request, long deadlineNanos) {
        for (Trajectory trajectory : request.unfinished()) {
            trajectory.jobId().ifPresent(id -> scheduler.reschedule(id, deadlineNanos));
        }
    }

    /** Steps that a request should be planned with if it came now. */
    int grantedSteps(PlannedRequest planned, long deadlineNanos) {
        long now = System.nanoTime();
        deciding.accept(now);
        return scheduler.grantedSteps(jobs(planned, deadlineNanos), now);
    }

    private static JobTerms terms(PlannedRequest planned) {
        return planned.client().terms(planned.flexible());
    }

    /** Takes out what the scheduler has ended, and tells whose it was. */
    Set<ActiveRequest> ended(List<Long> ids) {
        Set<ActiveRequest> requests = new LinkedHashSet<>();
        for (long id : ids) {
            Trajectory trajectory = byId.remove(id);
            if (trajectory != null) {
                trajectory.jobId(Optional.empty());
                requests.add(trajectory.request());
            }
        }
        return requests;
    }
}
