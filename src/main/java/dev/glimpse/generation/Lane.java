package dev.glimpse.generation;

import dev.glimpse.scheduler.Allotment;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.StepScheduler;
import dev.glimpse.scheduler.TenantLanes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of one model version, in one class of batch sizes: its scheduler, and the trajectories that wait in it.
 * Confined to the dispatcher's context.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

    private final String id;
    private final ModelSource source;
    private final SchedulerSettings settings;
    private final StepScheduler scheduler;
    private final Outlook outlook;
    private final LaneJobs jobs;
    private final LaneRequests requests;
    private final GenerationListener listener;
    private final StuckRule stuck;

    /** What a lane may reckon with beside all others. */
    @FunctionalInterface
    interface Outlook {
        Allotment of(Lane lane, long nowNanos);
    }

    /**
     * What a lane is told of the others.
     *
     * @param tenants its place among the lanes in which tenants have jobs
     */
    record Surroundings(TenantLanes.Lane tenants, Outlook outlook) {}

    /** @param id unlike that of any other lane */
    Lane(String id, ModelSource source, SchedulerSettings settings, Stage stage, Surroundings others) {
        this.id = id;
        this.source = source;
        this.settings = settings;
        scheduler = new StepScheduler(settings, stage.listener().opened(id, settings), others.tenants());
        outlook = others.outlook();
        jobs = new LaneJobs(scheduler, this::tell);
        listener = stage.listener();
        stuck = stage.settings().stuck();
        requests = new LaneRequests(source.spec(), stage, this);
    }

    /** A batch on its way through a device. */
    record Work(Batch batch, List<Trajectory> trajectories, StepOrder order) {}

    String id() {
        return id;
    }

    /** Tells its scheduler what to reckon with now, which it has to know before each decision. */
    private void tell(long nowNanos) {
        scheduler.allot(outlook.of(this, nowNanos));
    }

    /** How much of the devices' time is asked for here, as a share of all of it. */
    double wanted(long nowNanos) {
        return scheduler.wanted(nowNanos);
    }

    /** Most network evaluations that its jobs still need. */
    int queuedNfe() {
        return scheduler.queuedNfe();
    }

    /** Whether it has no job, neither waiting nor in flight. */
    boolean rests() {
        return scheduler.waiting() + scheduler.inFlight() == 0;
    }

    /** What waits in it. */
    LaneJobs jobs() {
        return jobs;
    }

    /** Those that are open, and who reads them. */
    LaneRequests requests() {
        return requests;
    }

    boolean waits() {
        return scheduler.waiting() > 0;
    }

    /** The next batch for an idle device; none if nothing waits for it. */
    Optional<Work> next(int device, int idleDevices) {
        long now = System.nanoTime();
        tell(now);
        jobs.ended(scheduler.expire(now)).forEach(request -> requests.end(request, new Failure.DeadlineExceeded()));
        List<Long> shed = scheduler.shed(now);
        Failure overloaded = new Failure.Overloaded(false, Duration.ofNanos(scheduler.retryNanos()));
        jobs.ended(shed).forEach(request -> requests.end(request, overloaded));
        return scheduler
                .nextBatch(device, now, idleDevices, (id, step) -> jobs.get(id).rows())
                .map(this::work);
    }

    /** How long a batch's forward may take before it is given up. */
    long patienceNanos(Batch batch) {
        return stuck.patienceNanos(scheduler.forwardNanos(batch.device(), batch.rows()));
    }

    private Work work(Batch batch) {
        List<Trajectory> trajectories = new ArrayList<>();
        List<StepOrder.Task> tasks = new ArrayList<>();
        for (Batch.Entry entry : batch.entries()) {
            Trajectory trajectory = jobs.get(entry.jobId());
            trajectories.add(trajectory);
            tasks.add(trajectory.begin(entry));
        }
        return new Work(batch, trajectories, new StepOrder(source.id(), settings.minRows(), tasks));
    }

    /** Lets those trajectories of a request in again that left, unless a device is still at them. */
    Optional<Failure> proceed(ActiveRequest request) {
        return proceed(request, request.audience().latestDeadlineNanos(System.nanoTime()));
    }

    /** The same, for somebody who reads until a time. */
    Optional<Failure> proceed(ActiveRequest request, long deadlineNanos) {
        List<Trajectory> outside = request.unfinished().stream()
                .filter(t -> t.jobId().isEmpty() && !t.inFlight())
                .toList();
        return jobs.enter(outside, deadlineNanos);
    }

    /**
     * A batch came back with what its forward gave: its trajectories may take their next steps.
     *
     * @return tells the readers, who may wait until the device has work again
     */
    Runnable completed(Work work, StepOrder.Outcome.Done done) {
        scheduler.completed(work.batch(), done.durationNanos());
        GenerationListener.Forward report = ForwardReport.of(id, work, done.durationNanos());
        Frame.Forward forward = new Frame.Forward(work.batch().rows(), done.durationNanos(), done.endNanos());
        Set<ActiveRequest> touched = new LinkedHashSet<>();
        List<Runnable> showing = new ArrayList<>();
        for (int i = 0; i < work.trajectories().size(); i++) {
            Trajectory trajectory = work.trajectories().get(i);
            if (trajectory.request().closed()) {
                trajectory.discard();
                continue;
            }
            showing.add(trajectory.advance(done.results().get(i), forward));
            if (trajectory.finished()) {
                jobs.remove(work.batch().entries().get(i).jobId());
            }
            touched.add(trajectory.request());
        }
        return () -> {
            listener.forward(report);
            showing.forEach(Runnable::run);
            touched.forEach(request -> goOn(request, done.endNanos()));
        };
    }

    /** A batch came back without a result: each trajectory tries the same step once more, and then gives up. */
    void failed(Work work) {
        Set<Long> retried = new HashSet<>();
        Set<ActiveRequest> again = new LinkedHashSet<>();
        Set<ActiveRequest> given = new LinkedHashSet<>();
        for (int i = 0; i < work.trajectories().size(); i++) {
            Trajectory trajectory = work.trajectories().get(i);
            boolean once = trajectory.failed();
            if (once) {
                retried.add(work.batch().entries().get(i).jobId());
            }
            if (!trajectory.request().closed()) {
                (once ? again : given).add(trajectory.request());
            }
        }
        scheduler.failed(work.batch(), System.nanoTime(), retried::contains);
        listener.failed(id, work.batch());
        again.removeAll(given);
        LOG.warn("{}: requests {} go on with the step that failed, {} end", source.id(), ids(again), ids(given));
        given.forEach(request -> requests.end(
                request,
                new Failure.Unavailable(
                        "a device failed twice, or did not end; try again, under request "
                                + request.planned().accepted().requestId() + " in the server's log",
                        RETRY_ELSEWHERE)));
        again.forEach(request -> goOn(request, System.nanoTime()));
    }

    private static List<String> ids(Set<ActiveRequest> requests) {
        return requests.stream()
                .map(request -> request.planned().accepted().requestId())
                .toList();
    }

    /** Ends a request whose last picture is made, and lets in again what left while a device was at it. */
    private void goOn(ActiveRequest request, long nowNanos) {
        if (request.closed()) {
            return;
        }
        if (request.finishIfDone(nowNanos)) {
            requests.finished(request);
        } else if (!request.audience().paused()) {
            proceed(request).ifPresent(failure -> retryLater(request, failure));
        }
    }

    /** One that was resumed during its step was told that it goes on, and does as soon as the queue has room. */
    private void retryLater(ActiveRequest request, Failure failure) {
        Stage stage = requests.stage();
        if (failure instanceof Failure.Overloaded full) {
            if (!request.awaits()) {
                return;
            }
            stage.vertx().setTimer(Math.max(1, full.retryAfter().toMillis()), id -> {
                request.awaited();
                goOn(request, System.nanoTime());
                stage.changed().run();
            });
        } else {
            requests.end(request, failure);
        }
    }
}
