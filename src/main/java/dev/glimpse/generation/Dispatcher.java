package dev.glimpse.generation;

import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.scheduler.Admission;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Job;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.StepScheduler;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of a model's scheduler: gives waiting steps to idle devices and their results to the streams.
 *
 * <p>A verticle, so that everything it owns lives on one event loop; the workers are its children and leave before it.
 */
final class Dispatcher extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

    private final ModelSource source;
    private final SchedulerSettings settings;
    private final int framesPerSample;
    private final PictureEncoder pictures;
    private final WorkerExecutor encoders;

    private final StepScheduler scheduler;
    private final Deque<DeviceWorker> idle = new ArrayDeque<>();
    private final Map<Long, Trajectory> trajectories = new HashMap<>();
    private final Set<ActiveRequest> open = new LinkedHashSet<>();
    private final Promise<Void> drained = Promise.promise();
    private boolean draining;
    private long nextJobId;

    /** @param encoders where pictures become bytes, away from the event loops and the devices */
    Dispatcher(ModelSource source, GenerationSettings settings, WorkerExecutor encoders) {
        this.source = source;
        this.settings = settings.scheduling();
        this.framesPerSample = settings.framesPerSample();
        this.encoders = encoders;
        ModelSpec spec = source.spec();
        pictures = new PictureEncoder(new PictureShape(spec.channels(), spec.height(), spec.width()));
        scheduler = new StepScheduler(settings.scheduling(), SchedulerListener.NONE);
    }

    @Override
    public Future<?> start() {
        // The first worker alone: loading also starts the engine, which is no time for a race.
        return deployWorker(0)
                .compose(v -> Future.all(IntStream.range(1, settings.devices())
                        .mapToObj(this::deployWorker)
                        .toList()));
    }

    private Future<Void> deployWorker(int index) {
        DeviceWorker worker = new DeviceWorker(source, index, settings.minRows());
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("device-" + index + "-" + source.id())
                .setWorkerPoolSize(1);
        return vertx.deployVerticle(worker, options).map(id -> {
            idle.add(worker);
            return null;
        });
    }

    /** Admits or refuses a request; any thread, once deployed. Completes on the caller's context. */
    Future<Submission> submit(PlannedRequest request, long submittedNanos) {
        Context caller = vertx.getOrCreateContext();
        Promise<Submission> answer = Promise.promise();
        context.runOnContext(v -> {
            Future<Submission> submission = Future.future(p -> p.complete(admit(request, submittedNanos)));
            caller.runOnContext(w -> submission.onComplete(answer));
        });
        return answer.future();
    }

    private Submission admit(PlannedRequest planned, long submittedNanos) {
        if (draining) {
            return new Submission.Refused(shuttingDown());
        }
        long now = System.nanoTime();
        long deadline = submittedNanos + planned.timeout().toNanos();
        PreviewRule rule =
                new PreviewRule(planned.accepted().preview(), planned.accepted().plan(), planned.spec());
        List<Integer> rows = rule.rows();
        List<Job> jobs = new ArrayList<>();
        for (int sample = 0; sample < planned.count(); sample++) {
            jobs.add(new Job(nextJobId++, rows, deadline));
        }
        Admission admission = deadline - now <= 0 ? new Admission.DeadlineUnreachable(now) : scheduler.admit(jobs, now);
        if (admission instanceof Admission.QueueFull full) {
            return new Submission.Refused(overloaded(full.retryAfterNanos()));
        }
        if (admission instanceof Admission.DeadlineUnreachable) {
            return new Submission.Refused(new Failure.DeadlineExceeded());
        }
        ActiveRequest request = new ActiveRequest(planned, rule, now, this::stream);
        for (int sample = 0; sample < planned.count(); sample++) {
            trajectories.put(jobs.get(sample).id(), new Trajectory(request, sample));
            request.jobIds().add(jobs.get(sample).id());
        }
        long millis = Math.max(1, (deadline - now + 999_999) / 1_000_000);
        request.timerId(vertx.setTimer(millis, id -> end(request, new Failure.DeadlineExceeded())));
        open.add(request);
        dispatch();
        return new Submission.Admitted(request.stream());
    }

    private RequestStream stream(ActiveRequest request) {
        PlannedRequest planned = request.planned();
        return new RequestStream(
                vertx,
                context,
                planned.accepted(),
                framesPerSample,
                frame -> encoders.executeBlocking(() -> pictures.encode(frame.pixels(), planned.format()), false),
                failure -> failure.ifPresentOrElse(f -> end(request, f), () -> close(request)));
    }

    /** Hands out batches until no device is idle or no step waits. */
    private void dispatch() {
        while (!idle.isEmpty()) {
            long now = System.nanoTime();
            requests(scheduler.expire(now)).forEach(request -> end(request, new Failure.DeadlineExceeded()));
            requests(scheduler.shed(now)).forEach(request -> end(request, overloaded(scheduler.expectedWaitNanos())));
            Optional<Batch> next = scheduler.nextBatch(
                    idle.element().index(),
                    now,
                    idle.size(),
                    (id, step) -> trajectories.get(id).rows(step));
            if (next.isEmpty()) {
                askAgain(now);
                return;
            }
            Batch batch = next.get();
            DeviceWorker worker = idle.remove();
            worker.run(
                    batch.entries().stream()
                            .map(entry -> trajectories.get(entry.jobId()).next(entry))
                            .toList(),
                    context,
                    outcome -> landed(worker, batch, outcome));
        }
    }

    /** The scheduler may let idle devices wait for company; a timer that comes too late asks to no purpose. */
    private void askAgain(long now) {
        scheduler
                .heldUntil()
                .ifPresent(until -> vertx.setTimer(Math.max(1, (until - now) / 1_000_000), id -> dispatch()));
    }

    private List<ActiveRequest> requests(List<Long> jobIds) {
        return jobIds.stream()
                .map(id -> trajectories.get(id).request())
                .distinct()
                .toList();
    }

    private void landed(DeviceWorker worker, Batch batch, DeviceWorker.Outcome outcome) {
        idle.add(worker);
        if (outcome instanceof DeviceWorker.Outcome.Done done) {
            scheduler.completed(batch, done.durationNanos());
            show(batch, done);
        } else if (outcome instanceof DeviceWorker.Outcome.Broken broken) {
            scheduler.failed(batch);
            fail(batch, broken.cause());
        }
        dispatch();
    }

    private void show(Batch batch, DeviceWorker.Outcome.Done done) {
        Trajectory.Forward forward = new Trajectory.Forward(batch.rows(), done.durationNanos(), done.endNanos());
        for (int i = 0; i < batch.entries().size(); i++) {
            Batch.Entry entry = batch.entries().get(i);
            Trajectory trajectory = trajectories.get(entry.jobId());
            if (trajectory != null) {
                trajectory.advance(entry.step(), done.results().get(i), forward);
            }
        }
    }

    private void fail(Batch batch, Throwable cause) {
        Set<ActiveRequest> hit = new LinkedHashSet<>();
        for (Batch.Entry entry : batch.entries()) {
            Trajectory trajectory = trajectories.get(entry.jobId());
            if (trajectory != null) {
                hit.add(trajectory.request());
            }
        }
        List<String> ids =
                hit.stream().map(r -> r.planned().accepted().requestId()).toList();
        LOG.error("a forward of {} failed; requests {}", source.id(), ids, cause);
        for (ActiveRequest request : hit) {
            end(request, new Failure.Internal(request.planned().accepted().requestId()));
        }
    }

    /** Ends a request before its last picture: its work leaves at the next step boundary. */
    private void end(ActiveRequest request, Failure failure) {
        request.stream().fail(failure);
        close(request);
    }

    private void close(ActiveRequest request) {
        for (long id : request.jobIds()) {
            scheduler.cancel(id);
            trajectories.remove(id);
        }
        vertx.cancelTimer(request.timerId());
        open.remove(request);
        if (draining && open.isEmpty()) {
            drained.tryComplete();
        }
    }

    /** Admits nothing more; completes when no stream is open, at the latest after the grace period. Any thread. */
    Future<Void> drain(Duration grace) {
        context.runOnContext(v -> {
            draining = true;
            if (open.isEmpty()) {
                drained.tryComplete();
            } else if (grace.toMillis() == 0) {
                endAll();
            } else {
                vertx.setTimer(grace.toMillis(), id -> endAll());
            }
        });
        return drained.future();
    }

    private void endAll() {
        List.copyOf(open).forEach(request -> end(request, shuttingDown()));
    }

    private static Failure overloaded(long retryAfterNanos) {
        return new Failure.Overloaded(Duration.ofNanos(Math.max(1, retryAfterNanos)));
    }

    static Failure shuttingDown() {
        return new Failure.Unavailable("the server is shutting down", RETRY_ELSEWHERE);
    }
}
