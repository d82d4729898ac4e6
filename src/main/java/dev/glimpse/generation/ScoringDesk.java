package dev.glimpse.generation;

import dev.glimpse.scheduler.DeviceShare;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * The requests for likelihoods of all models: those that wait, and those whose evaluations wait for a device. Confined
 * to the dispatcher's context.
 */
final class ScoringDesk {
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

    private final Stage stage;
    private final Scoring scoring;
    private final ScoringModels models;
    private final Outages outages;
    private final WorkerExecutor threads;
    private final ScoringQueue waiting = new ScoringQueue();
    private final List<ScoringJob> running = new ArrayList<>();
    private final TurnTimes times = new TurnTimes();

    /**
     * Where each model's likelihoods take part beside the lanes.
     *
     * @param share of the devices
     * @param lane what a lane weighs in it, in the mean
     */
    record Place(DeviceShare share, DoubleSupplier lane) {}

    ScoringDesk(Stage stage, Scoring scoring, Place place, Outages outages) {
        this.stage = stage;
        this.outages = outages;
        this.scoring = scoring;
        models = new ScoringModels(
                place.share(), () -> scoring.settings().share() * place.lane().getAsDouble());
        // A request holds its thread until it ends, so that no warning is due before every deadline has passed.
        long longest = stage.settings().limits().maxDuration().multipliedBy(2).toMillis();
        threads = stage.vertx()
                .createSharedWorkerExecutor("scorers", scoring.settings().atOnce(), longest, TimeUnit.MILLISECONDS);
    }

    /** Serves a model from now on. */
    void add(String modelId) {
        models.add(modelId);
    }

    /** Admits a request that nothing refuses, and that its client's budget has granted. */
    ScoringSubmission submit(ScoringTask task, Client client, long submittedNanos) {
        int before = waiting.ahead(client) + running.size();
        ScoringJob job = new ScoringJob(stage, task, client, scoring.settings().maxNfe(), before, this::ended);
        long nanos = submittedNanos + task.timeout().toNanos() - System.nanoTime();
        long millis = Math.max(1, (nanos + 999_999) / 1_000_000);
        job.timerId(stage.vertx().setTimer(millis, id -> job.fail(new Failure.DeadlineExceeded())));
        waiting.add(job);
        startSome();
        return new ScoringSubmission.Admitted(job.stream());
    }

    /** Its reader has its end; while it runs, its thread has not. */
    private void ended(ScoringJob job) {
        stage.vertx().cancelTimer(job.timerId());
        waiting.gave(job);
        if (waiting.remove(job)) {
            stage.listener().scoresWaiting(waiting.size());
            left(job.task().modelId());
        }
    }

    /** Why a request for a model's likelihoods is refused now, if so. */
    Optional<Failure> refusal(String modelId) {
        return models.refusal(modelId)
                .or(() -> waiting.size() >= scoring.settings().maxWaiting()
                        ? Optional.of(new Failure.Overloaded(expectedRest()))
                        : Optional.empty());
    }

    /** How long until a running request ends and one that waits takes its place. */
    private Duration expectedRest() {
        return running.stream()
                .flatMap(job -> job.expectedRest().stream())
                .min(Comparator.naturalOrder())
                .filter(rest -> rest.compareTo(SHORTEST_RETRY) > 0)
                .orElse(SHORTEST_RETRY);
    }

    private void startSome() {
        while (running.size() < scoring.settings().atOnce() && waiting.size() > 0) {
            ScoringJob next = waiting.take().orElseThrow();
            running.add(next);
            start(next, scoring.scorer().orElseThrow());
        }
        stage.listener().scoresWaiting(waiting.size());
    }

    private void start(ScoringJob job, Scorer scorer) {
        ScoringTask task = job.task();
        job.begun(System.nanoTime());
        LentDenoiser denoiser = new LentDenoiser(task, scoring.settings().probesPerTurn(), order -> turn(job, order));
        threads.executeBlocking(
                        () -> scorer.score(
                                denoiser, task.work(), (pictures, share) -> evaluated(job, denoiser, pictures, share)),
                        false)
                .onSuccess(job::scored)
                .onFailure(job::broken)
                .onComplete(v -> {
                    running.remove(job);
                    left(task.modelId());
                    startSome();
                    if (running.isEmpty()) {
                        waiting.forget();
                    }
                });
    }

    /** Queues an evaluation; any thread. */
    private CompletableFuture<Void> turn(ScoringJob job, DerivativeOrder order) {
        ScoringJob.Turn turn = new ScoringJob.Turn(order);
        stage.context().runOnContext(v -> {
            job.ask(turn);
            stage.changed().run();
        });
        return turn.done();
    }

    private void evaluated(ScoringJob job, LentDenoiser denoiser, int pictures, double share) {
        var time = denoiser.time();
        stage.context().runOnContext(v -> job.evaluated(pictures, share, time));
    }

    /** The shares of the devices' time that have an evaluation waiting. */
    Stream<String> waits() {
        return running.stream()
                .filter(ScoringJob::waits)
                .map(job -> ScoringModels.shareId(job.task().modelId()))
                .distinct();
    }

    /** The share of each request that runs, which has one device at a time do an evaluation. */
    Stream<String> runs() {
        return running.stream().map(job -> ScoringModels.shareId(job.task().modelId()));
    }

    /** Lets the devices' time of those models pass that compute nothing now, though a request of theirs may wait. */
    void rest() {
        models.ids().stream()
                .filter(modelId -> running.stream().noneMatch(job -> job.isOf(modelId)))
                .forEach(models::rest);
    }

    /** Has an idle device do an evaluation that waits. */
    void serve(String shareId, int device, Devices devices) {
        ScoringJob job = next(shareId);
        DerivativeOrder order = job.takeTurn();
        long patienceNanos = stage.settings().stuck().patienceNanos(times.expectedNanos(order));
        long nowNanos = System.nanoTime();
        stage.listener().lent(device, nowNanos);
        devices.run(device, order, patienceNanos, outcome -> {
            stage.listener().returned(device, outcome instanceof DerivativeOrder.Outcome.Broken);
            if (!(outcome instanceof DerivativeOrder.Outcome.Done)) {
                outages.begin(device, nowNanos, nanos -> models.charge(order.modelId(), nanos));
            }
            landed(job, order, outcome);
            return () -> {};
        });
    }

    private ScoringJob next(String shareId) {
        return running.stream()
                .filter(job -> job.waits()
                        && ScoringModels.shareId(job.task().modelId()).equals(shareId))
                .findFirst()
                .orElseThrow();
    }

    private void landed(ScoringJob job, DerivativeOrder order, DerivativeOrder.Outcome outcome) {
        String modelId = job.task().modelId();
        if (outcome instanceof DerivativeOrder.Outcome.Done done && models.serves(modelId)) {
            times.took(order, done.durationNanos());
            models.charge(modelId, done.durationNanos());
        }
        job.landed(order, outcome);
    }

    private Stream<ScoringJob> all() {
        return Stream.concat(waiting.jobs(), running.stream());
    }

    /** Admits nothing more for a model; completes when its last request has ended. */
    Future<Void> leave(String modelId, Failure refusal) {
        Future<Void> gone = models.leave(modelId, refusal).onComplete(v -> times.forget(modelId));
        left(modelId);
        return gone;
    }

    /** Admits nothing more for a model, and ends its requests. */
    void end(String modelId, Failure failure) {
        leave(modelId, failure);
        all().filter(job -> job.isOf(modelId)).toList().forEach(job -> job.fail(failure));
    }

    /** A request of a model is not there any more, or the model is to leave. */
    private void left(String modelId) {
        if (all().noneMatch(job -> job.isOf(modelId))) {
            models.empty(modelId);
        }
    }

    /** Admits nothing more at all; completes when nothing is under way, soon after the grace period at the latest. */
    Future<Void> drain(Failure refusal, Duration grace) {
        Runnable endAll = () -> all().toList().forEach(job -> job.fail(refusal));
        if (grace.toMillis() == 0) {
            endAll.run();
        } else {
            stage.vertx().setTimer(grace.toMillis(), id -> endAll.run());
        }
        return Future.join(models.ids().stream()
                        .map(modelId -> leave(modelId, refusal))
                        .toList())
                .mapEmpty();
    }
}
