package dev.glimpse.generation;

import dev.glimpse.scheduler.DeviceShare;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The one owner of every model's scheduler: gives waiting steps to idle devices and their results to the streams.
 *
 * <p>A verticle, so that everything it owns lives on one event loop; the workers are its children and leave before it.
 */
final class Dispatcher extends VerticleBase {
    private static final String FREE = " free";
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

    private final GenerationSettings settings;
    private final WorkerExecutor encoders;
    private final GenerationListener listener;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    /** Lanes that left while a device was at a step whose clients had left before, of which listeners still hear. */
    private final Set<Lane> left = new HashSet<>();

    private final PictureCache cache;
    private final DeviceShare share = new DeviceShare();
    private final Scoring scoring;
    private Devices devices;
    private Stage stage;
    private ScoringDesk scores;
    private boolean draining;

    /** @param encoders where pictures become bytes, away from the event loops and the devices */
    Dispatcher(GenerationSettings settings, WorkerExecutor encoders, GenerationListener listener, Scoring scoring) {
        this.settings = settings;
        this.scoring = scoring;
        this.encoders = encoders;
        this.listener = listener;
        cache = new PictureCache(settings.cacheBytes());
    }

    @Override
    public Future<?> start() {
        stage = new Stage(vertx, context, settings, encoders, cache, this::dispatch, listener);
        scores = new ScoringDesk(stage, scoring, share);
        devices = new Devices(vertx, context, settings.scheduling().devices(), settings.stuck(), new Devices.Events() {
            @Override
            public void freed() {
                dispatch();
            }

            @Override
            public void hung(int threads) {
                listener.hung(threads);
            }
        });
        return devices.start();
    }

    /**
     * Loads a model onto every device; any thread, once deployed.
     *
     * @param atOnce devices at most that load at the same time, and do nothing else
     */
    Future<Void> load(ModelSource source, int atOnce) {
        return here(() -> devices.load(source, atOnce).map(v -> {
            add(new Lane(laneId(source.id(), true), source, settings.scheduling(), stage));
            add(new Lane(laneId(source.id(), false), source, settings.free(), stage));
            scores.add(source.id());
            return null;
        }));
    }

    private void add(Lane lane) {
        lanes.put(lane.id(), lane);
        share.add(lane.id(), 1);
    }

    /** Requests that may differ in their last bits have a lane of their own, as their batches have other sizes. */
    private static String laneId(String modelId, boolean deterministic) {
        return deterministic ? modelId : modelId + FREE;
    }

    /** Lets a model's streams end, however long they take, and then takes it off the devices; any thread. */
    Future<Void> unload(ModelSource source, Failure refusal) {
        return here(() -> drain(source.id(), refusal)
                .compose(v -> devices.unload(source.id()))
                .onComplete(v -> cache.forget(source.name(), source.version())));
    }

    private Future<Void> drain(String modelId, Failure refusal) {
        List<Future<Void>> drained = new ArrayList<>();
        for (boolean deterministic : new boolean[] {true, false}) {
            Lane lane = lanes.get(laneId(modelId, deterministic));
            if (lane != null) {
                drained.add(lane.readers().drain(refusal, Optional.empty()).onComplete(v -> remove(lane)));
            }
        }
        drained.add(scores.leave(modelId, refusal));
        return Future.join(drained).mapEmpty();
    }

    private void remove(Lane lane) {
        lanes.remove(lane.id());
        share.remove(lane.id());
        left.add(lane);
        closeIfOver(lane);
    }

    private void closeIfOver(Lane lane) {
        if (lane.rests() && left.remove(lane)) {
            listener.closed(lane.id());
        }
    }

    /** Steps that a flexible request should be planned with if it came now; any thread. */
    Future<Integer> grantedSteps(String modelId, PlannedRequest request, long submittedNanos) {
        return here(() -> {
            Optional<Lane> lane = lane(modelId, request);
            int asked = request.accepted().plan().nfe();
            return Future.succeededFuture(lane.map(l -> l.grantedSteps(
                            request, submittedNanos + request.timeout().toNanos()))
                    .orElse(asked));
        });
    }

    private Optional<Lane> lane(String modelId, PlannedRequest request) {
        return Optional.ofNullable(
                lanes.get(laneId(modelId, request.accepted().terms().deterministic())));
    }

    /** Admits or refuses a request; any thread, once deployed. Completes on the caller's context. */
    Future<Submission> submit(
            String modelId, PlannedRequest request, long submittedNanos, Optional<Readers.SessionPlace> place) {
        return here(() -> Future.succeededFuture(admit(modelId, request, submittedNanos, place)));
    }

    private Submission admit(
            String modelId, PlannedRequest request, long submittedNanos, Optional<Readers.SessionPlace> place) {
        if (draining) {
            return new Submission.Refused(shuttingDown());
        }
        Optional<String> lost = devices.report().lost();
        if (lost.isPresent()) {
            return new Submission.Refused(new Failure.Unavailable(lost.get(), RETRY_ELSEWHERE));
        }
        // The version was there when the request was planned, and may have left since.
        return lane(modelId, request)
                .map(lane -> lane.readers().submit(request, submittedNanos, place))
                .orElseGet(() -> new Submission.Refused(new Failure.ModelNotFound(modelId, served())));
    }

    /** Admits or refuses a request for likelihoods; any thread, once deployed. Completes on the caller's context. */
    Future<ScoringSubmission> submit(ScoringTask task, Client client, long submittedNanos) {
        return here(() -> Future.succeededFuture(
                draining
                        ? new ScoringSubmission.Refused(shuttingDown())
                        : scores.submit(task, client, submittedNanos)));
    }

    private List<String> served() {
        return lanes.keySet().stream().filter(id -> !id.endsWith(FREE)).toList();
    }

    /** Does something on this verticle's context; completes on the caller's. */
    <T> Future<T> here(Supplier<Future<T>> action) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        context.runOnContext(v -> Future.<Void>succeededFuture()
                .compose(w -> action.get())
                .onComplete(done -> caller.runOnContext(w -> answer.handle(done))));
        return answer.future();
    }

    /** Asks for each idle device, since a step may wait for one that is not the first. */
    private void dispatch() {
        // A job may have left while it waited, which no landing tells: its lane is not owed what it did not want.
        lanes.values().forEach(this::restIfIdle);
        scores.rest();
        for (int device : devices.idle()) {
            // Ends that are told on the way may bring new work, which takes a device itself.
            if (devices.idle().contains(device)) {
                serve(device);
            }
        }
    }

    /** Gives a device a batch of the model whose turn it is, or of the next one that has a step for it. */
    private void serve(int device) {
        List<String> waiting = new ArrayList<>(
                Stream.concat(lanes.values().stream().filter(Lane::waits).map(Lane::id), scores.waits())
                        .toList());
        Optional<String> next = share.next(waiting);
        while (next.isPresent() && !begin(next.get(), device)) {
            waiting.remove(next.get());
            next = share.next(waiting);
        }
    }

    private boolean begin(String shareId, int device) {
        if (ScoringDesk.owns(shareId)) {
            scores.serve(shareId, device, devices);
            return true;
        }
        Lane lane = lanes.get(shareId);
        Optional<Lane.Work> work = lane.next(device, devices.idle().size());
        work.ifPresent(w ->
                devices.run(device, w.order(), lane.patienceNanos(w.batch()), outcome -> landed(lane, w, outcome)));
        return work.isPresent();
    }

    /** Returns what may be done when the device has work again. */
    private Runnable landed(Lane lane, Lane.Work work, StepOrder.Outcome outcome) {
        Runnable telling = () -> {};
        if (outcome instanceof StepOrder.Outcome.Done done) {
            if (lanes.containsKey(lane.id())) {
                share.charge(lane.id(), done.durationNanos());
            }
            telling = lane.completed(work, done);
        } else {
            lane.failed(work);
        }
        Runnable told = telling;
        return () -> {
            told.run();
            restIfIdle(lane);
            closeIfOver(lane);
        };
    }

    private void restIfIdle(Lane lane) {
        if (lanes.containsKey(lane.id()) && lane.rests()) {
            share.rest(lane.id());
        }
    }

    /** Admits nothing more; completes when no stream is open, at the latest after the grace period. Any thread. */
    Future<Void> drain(Duration grace) {
        return here(() -> {
            draining = true;
            Future<Void> drained = scores.drain(shuttingDown(), grace);
            return Future.join(lanes.values().stream()
                            .map(lane -> lane.readers().drain(shuttingDown(), Optional.of(grace)))
                            .toList())
                    .<Void>mapEmpty()
                    .eventually(() -> drained)
                    .eventually(devices::stop);
        });
    }

    /** How many devices there are to work with; any thread, once deployed. */
    DeviceReport devices() {
        return devices.report();
    }

    static Failure shuttingDown() {
        return new Failure.Unavailable("the server is shutting down", Duration.ofSeconds(1));
    }
}
