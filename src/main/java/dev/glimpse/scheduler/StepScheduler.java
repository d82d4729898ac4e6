package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Decides which waiting jobs take their next step together.
 *
 * <p>Not thread-safe: confine an instance to one thread. Never reads a clock; every method that depends on time is told
 * what time it is, in nanoseconds of the caller's monotonic clock.
 *
 * <p>It never holds work back: the forward that runs meanwhile is all the time there is for others to join. In the
 * simulation, an idle device that waited for company made nothing better, at no load.
 */
public final class StepScheduler {
    private final SchedulerSettings settings;
    private final SchedulerListener listener;
    private final CurrentAllotment allotment;
    private final Forecast forecast;
    private final Backlog backlog;
    private final Epoch epoch = new Epoch();
    private final JobOrder order;
    private final AdmissionRule admission;
    private final BatchLimit limits;
    private final BrownOut brownOut;
    private final Pressure pressure;
    private final Objective objective;
    private final DeviceSchedule devices;
    private final Roster roster;

    private final List<Long> overdue = new ArrayList<>();

    /** One that has the devices for itself. */
    public StepScheduler(SchedulerSettings settings, SchedulerListener listener) {
        this(settings, listener, new TenantLanes().open());
    }

    /** One that shares them with others, told which of its tenants have work there too. */
    public StepScheduler(SchedulerSettings settings, SchedulerListener listener, TenantLanes.Lane lane) {
        this.settings = settings;
        this.listener = listener;
        allotment = new CurrentAllotment(settings);
        forecast = new Forecast(settings, allotment);
        backlog = new Backlog(listener);
        limits = new BatchLimit(settings, allotment);
        Deadlines deadlines = new Deadlines();
        Tenants tenants = new Tenants(settings, lane);
        pressure = new Pressure(settings, allotment, forecast, backlog, listener);
        objective = new Objective(settings, allotment, forecast, pressure, limits, tenants);
        order = new JobOrder(settings, forecast, backlog, objective, epoch, deadlines);
        devices = new DeviceSchedule(allotment, forecast, epoch);
        OverloadRule overload = new OverloadRule(backlog, tenants, order, objective, devices);
        admission = new AdmissionRule(settings, allotment, forecast, backlog, pressure, overload, devices);
        brownOut = new BrownOut(settings, backlog, pressure, listener);
        DeadlineWatch watch = new DeadlineWatch(order, epoch, deadlines);
        QueueGuard guard = new QueueGuard(settings, forecast, pressure, order);
        roster = new Roster(settings, listener, backlog, tenants, order, watch, guard);
    }

    /**
     * What is to be reckoned with from now on; until first told, all devices and nobody else. Tell it before asking
     * anything that depends on time.
     */
    public void allot(Allotment now) {
        allotment.set(now);
    }

    /**
     * How much of the devices' time is asked for here, as a share of all of it: what came lately, refused work
     * included, and what waits; but no less than was used lately, as few rows take more time than many. Soon after
     * nothing is left it is next to nothing.
     */
    public double wanted(long nowNanos) {
        return pressure.wanted(nowNanos);
    }

    /**
     * Steps that each of some jobs should be planned with if they asked together now: as many as the longest has, but
     * fewer for flexible jobs when too much waits or when they could not end by their deadline. Ask before
     * {@link #admit}, and admit them with that many.
     *
     * @param asking at least one, all of them on the same terms
     */
    public int grantedSteps(List<Job> asking, long nowNanos) {
        int steps = Ask.of(asking).steps();
        if (!asking.get(0).terms().flexible()) {
            return steps;
        }
        observe(nowNanos);
        int most = Math.min(steps, brownOut.mostSteps());
        return admission.stepsInTime(asking, most, nowNanos);
    }

    /** Lets all jobs in, or none of them. */
    public Admission admit(List<Job> asking, long nowNanos) {
        if (asking.isEmpty()) {
            throw new IllegalArgumentException("jobs: none (expected: at least one)");
        }
        roster.requireUnknown(asking);
        observe(nowNanos);
        Admission answer = admission.decide(asking, nowNanos);
        boolean idle = backlog.jobs() == 0 && devices.allFree();
        boolean trial =
                answer instanceof Admission.DeadlineUnreachable && idle && admission.worthTrying(asking, nowNanos);
        // What was asked for and has left is still counted, though nobody is late for it: others that share the
        // devices have their turns whatever waits here.
        boolean alone = answer instanceof Admission.Overloaded && idle;
        answer = trial || alone ? new Admission.Admitted() : answer;
        // What could not be done in its time by an idle machine is nothing that more machines could do.
        if (answer instanceof Admission.Admitted || !admission.isHopeless(asking, nowNanos)) {
            pressure.asked(Ask.of(asking).nfe(), answer instanceof Admission.Admitted, nowNanos);
        }
        if (answer instanceof Admission.Admitted) {
            roster.enter(asking, trial, nowNanos);
            listener.entered(asking);
        }
        return answer;
    }

    /**
     * The steps that an idle device should run now. They are in flight until {@link #completed} or {@link #failed}.
     *
     * @param device the device that asks, counted from 0
     * @param idleDevices devices without work, the one that asks included; they share what waits
     * @return empty when nothing waits for this device
     */
    public Optional<Batch> nextBatch(int device, long nowNanos, int idleDevices, RowDemand demand) {
        if (idleDevices < 1) {
            throw new IllegalArgumentException("idleDevices: " + idleDevices + " (expected: at least 1)");
        }
        observe(nowNanos);
        overdue.addAll(roster.endOverdue(nowNanos));
        Composition composition = roster.composition();
        int waitingRows = composition.waitingRows();
        if (waitingRows == 0) {
            return Optional.empty();
        }
        BatchLimit.Limit limit =
                limits.of(forecast.device(device), waitingRows, idleDevices, objective.forwardBudgetNanos());
        List<Composition.Candidate> chosen =
                composition.select(device, limit, new StepOffer(nowNanos, order, brownOut, demand));
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(start(device, nowNanos, chosen, limit.reason()));
    }

    private Batch start(int device, long nowNanos, List<Composition.Candidate> chosen, Release limited) {
        List<Batch.Entry> entries =
                chosen.stream().map(Composition.Candidate::entry).toList();
        chosen.forEach(candidate -> roster.begin(candidate.state(), candidate.finishNow()));
        Release release = settings.batching() == Batching.REQUEST ? Release.REQUEST : limited;
        int rows = entries.stream().mapToInt(Batch.Entry::rows).sum();
        Batch batch = new Batch(entries, rows, device, nowNanos, roster.waiting() == 0 ? Release.EVERYTHING : release);
        devices.started(batch);
        listener.started(batch, roster.waiting());
        return batch;
    }

    /** The batch's forward is done: its jobs wait for their next step, or leave. */
    public void completed(Batch batch, long durationNanos) {
        List<JobState> states = roster.statesOf(batch);
        devices.ended(batch);
        long nowNanos = batch.startNanos() + durationNanos;
        forecast.observe(batch.device(), batch.rows(), durationNanos, nowNanos);
        pressure.took(durationNanos, nowNanos);
        ForwardCost cost = forecast.device(batch.device());
        listener.completed(batch, durationNanos);
        listener.fitted(batch.device(), cost.a(), cost.b());
        int wasted = 0;
        for (int i = 0; i < states.size(); i++) {
            if (roster.land(states.get(i))) {
                wasted += batch.entries().get(i).rows();
            } else {
                roster.advance(states.get(i), nowNanos);
            }
        }
        brownOut.happened(nowNanos);
        if (wasted > 0) {
            listener.wasted(wasted);
        }
    }

    /** The batch's forward failed: some of its jobs wait for the same step again, the others leave. */
    public void failed(Batch batch, long nowNanos, LongPredicate again) {
        List<JobState> states = roster.statesOf(batch);
        devices.ended(batch);
        for (JobState state : states) {
            boolean gone = roster.land(state);
            if (!gone && again.test(state.job.id())) {
                roster.again(state, nowNanos);
            } else if (!gone) {
                roster.drop(state, Departure.FAILED);
            }
        }
        brownOut.happened(nowNanos);
    }

    /** Takes a job out: at once if it waits, else when its step is done. False if there is no such job. */
    public boolean cancel(long id) {
        JobState state = roster.find(id);
        if (state == null || state.leaving()) {
            return false;
        }
        roster.end(state, Departure.CANCELLED);
        return true;
    }

    /** Gives a job another deadline. False if there is no such job. */
    public boolean reschedule(long id, long deadlineNanos) {
        JobState state = roster.find(id);
        if (state == null || state.leaving()) {
            return false;
        }
        roster.reschedule(state, deadlineNanos);
        return true;
    }

    /** Takes out, as {@link #cancel} does, every job that cannot end by its deadline any more; returns their ids. */
    public List<Long> expire(long nowNanos) {
        observe(nowNanos);
        List<Long> ids = new ArrayList<>(overdue);
        overdue.clear();
        ids.addAll(roster.endOverdue(nowNanos));
        return ids;
    }

    /** Takes out jobs that have not begun while the queue stands, whole admissions at a time; returns their ids. */
    public List<Long> shed(long nowNanos) {
        observe(nowNanos);
        return roster.endShed(nowNanos);
    }

    /** Whether no evaluations count as due: so it has to be once no job is left, or admission reckons wrongly. */
    boolean owesNothing() {
        return backlog.demand().isEmpty();
    }

    /** Jobs that neither run nor have left. */
    public int waiting() {
        return roster.waiting();
    }

    /** Jobs whose step runs now. */
    public int inFlight() {
        return roster.inFlightCount();
    }

    /** Most network evaluations that the admitted jobs still need, previews included. */
    public int queuedNfe() {
        return backlog.nfe();
    }

    /** The same of one rank. */
    int queuedNfe(Rank rank) {
        return backlog.nfe(rank);
    }

    /**
     * What is told to those who are refused, or shed, because more is asked for than can be done: when to come back.
     */
    public long retryNanos() {
        return admission.retryNanos();
    }

    /** How long its share of the devices will take for all admitted work; 0 while no forward has been timed. */
    public long expectedWaitNanos() {
        return forecast.known() ? Math.round(forecast.drainNanos(backlog.nfe())) : 0;
    }

    /** How long jobs would take together if nothing else were to be done; 0 while no forward has been timed. */
    public long nanosAlone(List<Job> jobs) {
        return admission.nanosAlone(jobs);
    }

    /** How long a forward of so many rows takes on a device, by its latest ones; 0 while none has been timed. */
    public long forwardNanos(int device, int rows) {
        ForwardCost cost = forecast.device(device);
        return cost.known() ? Math.round(cost.nanos(settings.padded(rows))) : 0;
    }

    private void observe(long nowNanos) {
        epoch.start(nowNanos);
        if (pressure.turned(nowNanos)) {
            order.dueFirst(pressure.high());
            roster.reorder(nowNanos);
        }
        brownOut.observe(expectedWaitNanos(), nowNanos);
        listener.expectedWait(forecast.known() ? Math.round(forecast.drainNanosAlone(backlog.nfe())) : 0);
    }
}
