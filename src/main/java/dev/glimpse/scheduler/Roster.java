package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The jobs that have entered and not left, kept in every order that a decision needs. */
final class Roster {
    private final SchedulerListener listener;
    private final Backlog backlog;
    private final Composition composition;
    private final JobOrder order;
    private final DeadlineWatch watch;
    private final QueueGuard guard;
    private final Tenants tenants;
    private final Map<Long, JobState> jobs = new HashMap<>();
    private long entered;
    private int inFlight;

    Roster(
            SchedulerSettings settings,
            SchedulerListener listener,
            Backlog backlog,
            Tenants tenants,
            JobOrder order,
            DeadlineWatch watch,
            QueueGuard guard) {
        this.listener = listener;
        this.backlog = backlog;
        this.tenants = tenants;
        this.guard = guard;
        this.order = order;
        this.watch = watch;
        composition = settings.batching() == Batching.STEP
                ? new StepMixing(settings, order, backlog, tenants)
                : new WholeRequests();
    }

    @Nullable
    JobState find(long id) {
        return jobs.get(id);
    }

    void requireUnknown(List<Job> asking) {
        for (Job job : asking) {
            if (jobs.containsKey(job.id())) {
                throw new IllegalArgumentException("job: " + job.id() + " (expected: an id that is not in use)");
            }
        }
    }

    int waiting() {
        return jobs.size() - inFlight;
    }

    int inFlightCount() {
        return inFlight;
    }

    Composition composition() {
        return composition;
    }

    /** @param trial whether they are let in to see whether the forecast by which they are late holds */
    void enter(List<Job> asking, boolean trial, long nowNanos) {
        JobOrder.Due due = order.due(asking, nowNanos);
        JobGroup group = new JobGroup(entered, nowNanos, due.first(), due.last());
        group.trial = trial;
        for (Job job : asking) {
            JobState state = new JobState(
                    job,
                    group,
                    entered++,
                    tenants.enter(job.terms().tenant(), job.terms().weight()));
            jobs.put(job.id(), state);
            group.members.add(state);
            backlog.add(state);
            watch.add(state);
            composition.add(state);
        }
        group.present = asking.size();
        // What was paused comes back as jobs of its later steps.
        group.started = asking.stream().anyMatch(Job::begun);
        if (!group.started) {
            guard.entered(group);
        }
    }

    /** The step of a job that the composition has chosen begins. */
    void begin(JobState state, boolean finishNow) {
        watch.remove(state);
        backlog.begins(state);
        state.finishing = finishNow;
        inFlight++;
        watch.add(state);
        if (!state.group.started) {
            state.group.started = true;
            guard.passed(state.group);
        }
    }

    /** The jobs of a batch, in its order. */
    List<JobState> statesOf(Batch batch) {
        List<JobState> states = new ArrayList<>(batch.entries().size());
        for (Batch.Entry entry : batch.entries()) {
            JobState state = jobs.get(entry.jobId());
            if (state == null || !state.inFlight || state.nextStep != entry.step()) {
                throw new IllegalArgumentException(
                        "batch: job " + entry.jobId() + " at step " + entry.step() + " (expected: a batch in flight)");
            }
            states.add(state);
        }
        return states;
    }

    /** The step in flight is over; takes the job out if it had been told to leave, and says whether it had. */
    boolean land(JobState state) {
        inFlight--;
        if (state.leaving()) {
            state.inFlight = false;
            leave(state);
            return true;
        }
        backlog.lands(state);
        watch.remove(state);
        return false;
    }

    /** A landed job has taken its step. */
    void advance(JobState state, long nowNanos) {
        if (state.finishing) {
            listener.shortened(state.job.id(), state.nextStep + 1);
        }
        backlog.remove(state);
        state.advance();
        if (state.remainingSteps() == 0) {
            leave(state);
        } else {
            backlog.add(state);
            queue(state, nowNanos);
        }
    }

    /** A landed job waits for the same step again, on any device. */
    void again(JobState state, long nowNanos) {
        state.keepsTo = -1;
        queue(state, nowNanos);
    }

    /** A landed job goes without having taken its step. */
    void drop(JobState state, Departure departure) {
        state.ending = departure;
        backlog.remove(state);
        leave(state);
    }

    private void queue(JobState state, long nowNanos) {
        state.finishing = false;
        state.waitingSinceNanos = nowNanos;
        watch.add(state);
        composition.add(state);
    }

    /** Tells a job to leave: at once if it waits, else when its step is done. */
    void end(JobState state, Departure departure) {
        watch.remove(state);
        // What it still had to do will never run, so it keeps nobody out from now on.
        backlog.remove(state);
        state.ending = departure;
        if (!state.inFlight) {
            composition.remove(state);
            leave(state);
        }
    }

    private void leave(JobState state) {
        jobs.remove(state.job.id());
        tenants.leave(state.tenant);
        state.group.present--;
        if (state.group.present == 0) {
            guard.passed(state.group);
        }
        listener.left(state.job.id(), state.ending);
    }

    /** Gives a job another deadline. */
    void reschedule(JobState state, long deadlineNanos) {
        watch.remove(state);
        if (!state.inFlight) {
            composition.remove(state);
        }
        state.deadlineNanos = deadlineNanos;
        watch.add(state);
        if (!state.inFlight) {
            composition.add(state);
        }
    }

    /** Tells every job to leave whose time is over; returns their ids. */
    List<Long> endOverdue(long nowNanos) {
        List<Long> ids = new ArrayList<>();
        for (JobState state = watch.overdue(nowNanos); state != null; state = watch.overdue(nowNanos)) {
            ids.add(state.job.id());
            end(state, Departure.EXPIRED);
        }
        return ids;
    }

    /** Tells every job to leave whose request the guard sheds; returns their ids. */
    List<Long> endShed(long nowNanos) {
        List<Long> ids = new ArrayList<>();
        for (Optional<JobGroup> group = guard.next(nowNanos); group.isPresent(); group = guard.next(nowNanos)) {
            for (JobState state : group.get().members) {
                if (!state.leaving()) {
                    ids.add(state.job.id());
                    end(state, Departure.SHED);
                }
            }
        }
        if (order.newestFirst() != guard.standing()) {
            order.newestFirst(guard.standing());
            reorder(state -> state.nextStep == 0 && state.rank() == Rank.INTERACTIVE);
        }
        return ids;
    }

    /** Puts all waiting jobs into their lines anew, as from now on what is due first goes first, or no longer. */
    void reorder(long nowNanos) {
        for (JobState state : jobs.values()) {
            // One that leaves is counted no more; it only waits for its forward to land.
            if (!state.leaving()) {
                backlog.setBehind(state, order.goesBehind(state, nowNanos));
            }
        }
        reorder(state -> true);
    }

    /** Puts waiting jobs into their lines anew, after the order has changed. */
    void reorder(Predicate<JobState> which) {
        for (JobState state : jobs.values()) {
            if (!state.inFlight && which.test(state)) {
                composition.remove(state);
                composition.add(state);
            }
        }
    }
}
