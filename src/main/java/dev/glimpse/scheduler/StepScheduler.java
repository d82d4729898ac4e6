package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which waiting jobs take their next step together.
 *
 * <p>Not thread-safe: confine an instance to one thread. Never reads a clock; every method that depends on time is told
 * what time it is, in nanoseconds of the caller's monotonic clock.
 *
 * <p>It never holds work back: while a job waits, {@link #nextBatch} has a batch. The forward that runs meanwhile is
 * all the time there is for others to join.
 */
public final class StepScheduler {
    private final SchedulerSettings settings;
    private final SchedulerListener listener;
    private final ForwardCost cost;
    private final AdmissionRule admission;
    private final StepSelection selection;

    private final Map<Long, JobState> jobs = new LinkedHashMap<>();
    private int inFlight;
    private int queuedNfe;

    public StepScheduler(SchedulerSettings settings, SchedulerListener listener) {
        this.settings = settings;
        this.listener = listener;
        cost = new ForwardCost(settings.costWindow());
        admission = new AdmissionRule(settings, cost);
        selection = new StepSelection(settings);
    }

    /** Lets all jobs in, or none of them. */
    public Admission admit(List<Job> asking, long nowNanos) {
        if (asking.isEmpty()) {
            throw new IllegalArgumentException("jobs: none (expected: at least one)");
        }
        for (Job job : asking) {
            if (jobs.containsKey(job.id())) {
                throw new IllegalArgumentException("job: " + job.id() + " (expected: an id that is not in use)");
            }
        }
        Admission answer = admission.decide(asking, jobs.values(), queuedNfe, nowNanos);
        if (!(answer instanceof Admission.Admitted)) {
            listener.refused(answer);
            return answer;
        }
        for (Job job : asking) {
            jobs.put(job.id(), new JobState(job, nowNanos));
            queuedNfe += job.nfe();
        }
        listener.admitted(asking.size(), queuedNfe);
        return answer;
    }

    /**
     * The steps that one idle device should run now. They are in flight until {@link #completed} or {@link #failed}.
     *
     * @param idleDevices devices without work, the one that asks included; they share what waits
     * @return empty when no job waits whose deadline is still ahead
     */
    public Optional<Batch> nextBatch(long nowNanos, int idleDevices, RowDemand demand) {
        if (idleDevices < 1) {
            throw new IllegalArgumentException("idleDevices: " + idleDevices + " (expected: at least 1)");
        }
        List<StepSelection.Candidate> waiting = new ArrayList<>();
        for (JobState state : jobs.values()) {
            if (!state.inFlight && !state.expired(nowNanos)) {
                waiting.add(new StepSelection.Candidate(state, rows(state, demand)));
            }
        }
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        List<Batch.Entry> entries = new ArrayList<>();
        int rows = 0;
        for (StepSelection.Candidate chosen : selection.select(waiting, idleDevices, nowNanos)) {
            JobState state = chosen.state();
            state.inFlight = true;
            inFlight++;
            rows += chosen.rows();
            entries.add(new Batch.Entry(state.job.id(), state.nextStep, chosen.rows()));
        }
        Batch batch = new Batch(entries, rows);
        listener.started(batch, waiting());
        return Optional.of(batch);
    }

    private static int rows(JobState state, RowDemand demand) {
        int most = state.job.rows().get(state.nextStep);
        int rows = demand.rows(state.job.id(), state.nextStep);
        if (rows < 1 || rows > most) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: 1.." + most + ")");
        }
        return rows;
    }

    /** The batch's forward is done: its jobs wait for their next step, or leave. */
    public void completed(Batch batch, long durationNanos) {
        List<JobState> states = land(batch);
        cost.observe(Math.max(settings.minRows(), batch.rows()), durationNanos);
        listener.completed(batch, durationNanos);
        for (JobState state : states) {
            if (!state.leaving()) {
                queuedNfe -= state.remainingNfe();
                state.advance();
                queuedNfe += state.remainingNfe();
            }
            if (state.leaving() || state.remainingSteps() == 0) {
                remove(state);
            }
        }
    }

    /** The batch's forward failed: its jobs leave, whatever they still had to do. */
    public void failed(Batch batch) {
        for (JobState state : land(batch)) {
            if (!state.leaving()) {
                end(state, Departure.FAILED);
            } else {
                remove(state);
            }
        }
    }

    /** Takes a job out: at once if it waits, else when its step is done. False if there is no such job. */
    public boolean cancel(long id) {
        JobState state = jobs.get(id);
        if (state == null || state.leaving()) {
            return false;
        }
        end(state, Departure.CANCELLED);
        return true;
    }

    /** Takes out every job whose deadline has passed, as {@link #cancel} does; returns their ids. */
    public List<Long> expire(long nowNanos) {
        List<JobState> expired = jobs.values().stream()
                .filter(state -> !state.leaving() && state.expired(nowNanos))
                .toList();
        expired.forEach(state -> end(state, Departure.EXPIRED));
        return expired.stream().map(state -> state.job.id()).toList();
    }

    /** Jobs that neither run nor have left. */
    public int waiting() {
        return jobs.size() - inFlight;
    }

    /** Jobs whose step runs now. */
    public int inFlight() {
        return inFlight;
    }

    /** Most network evaluations that the admitted jobs still need, previews included. */
    public int queuedNfe() {
        return queuedNfe;
    }

    private void end(JobState state, Departure departure) {
        state.ending = departure;
        // What it still had to do will never run, so it keeps nobody out from now on.
        queuedNfe -= state.remainingNfe();
        if (!state.inFlight) {
            remove(state);
        }
    }

    private List<JobState> land(Batch batch) {
        List<JobState> states = new ArrayList<>();
        for (Batch.Entry entry : batch.entries()) {
            JobState state = jobs.get(entry.jobId());
            if (state == null || !state.inFlight || state.nextStep != entry.step()) {
                throw new IllegalArgumentException(
                        "batch: job " + entry.jobId() + " at step " + entry.step() + " (expected: a batch in flight)");
            }
            states.add(state);
        }
        for (JobState state : states) {
            state.inFlight = false;
            inFlight--;
        }
        return states;
    }

    private void remove(JobState state) {
        jobs.remove(state.job.id());
        listener.left(state.job.id(), state.ending);
    }
}
