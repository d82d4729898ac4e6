package dev.glimpse.generation;

import dev.glimpse.scheduler.DeviceShare;
import dev.glimpse.scheduler.TenantLanes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The one owner of every model's scheduler: gives waiting steps to idle devices and their results to the streams.
 *
 * <p>A verticle, so that everything it owns lives on one event loop; the workers are its children and leave before it.
 */
final class Dispatcher extends VerticleBase {
    private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(1);

    private final GenerationSettings settings;
    private final WorkerExecutor encoders;
    private final GenerationListener listener;
    private final PictureCache cache;
    private final DeviceShare share = new DeviceShare();
    private final TenantLanes tenants = new TenantLanes();
    private final Outages outages = new Outages();
    private Lanes lanes;
    private final Scoring scoring;
    private final BiPredicate<ModelSource, String> withdrawal;
    private Devices devices;
    private Stage stage;
    private ScoringDesk scores;
    private Departures departures;
    private DeviceTurns turns;
    private boolean draining;

    /**
     * @param encoders where pictures become bytes, away from the event loops and the devices
     * @param withdrawal offers a model no longer, for the reason given; false if it has to, as there is no other
     */
    Dispatcher(
            GenerationSettings settings,
            WorkerExecutor encoders,
            GenerationListener listener,
            Scoring scoring,
            BiPredicate<ModelSource, String> withdrawal) {
        this.withdrawal = withdrawal;
        this.settings = settings;
        this.scoring = scoring;
        this.encoders = encoders;
        this.listener = listener;
        cache = new PictureCache(settings.cacheBytes());
    }

    @Override
    public Future<?> start() {
        stage = new Stage(vertx, context, settings, encoders, cache, () -> turns.take(), listener);
        scores = new ScoringDesk(stage, scoring, new ScoringDesk.Place(share, tenants::mean), outages);
        devices = new Devices(vertx, context, settings.scheduling().devices(), settings.stuck(), new Devices.Events() {
            @Override
            public void freed() {
                turns.take();
            }

            @Override
            public void hung(int threads) {
                listener.hung(threads);
            }

            @Override
            public boolean withdrawn(ModelSource source, String reason) {
                boolean withdrawn = withdrawal.test(source, reason);
                // One that came anew under its name meanwhile stays.
                if (withdrawn && devices.holds(source)) {
                    departures.withdraw(source);
                }
                return withdrawn;
            }
        });
        lanes = new Lanes(share, tenants, listener, new Lanes.Others() {
            @Override
            public int devices() {
                return devices.report().working();
            }

            @Override
            public Map<String, Double> wanted() {
                double device = 1.0 / Math.max(1, devices());
                return scores.runs().collect(Collectors.toMap(id -> id, id -> device, Double::sum));
            }
        });
        departures = new Departures(lanes, scores, devices, cache);
        turns = new DeviceTurns(share, lanes, scores, devices, outages);
        return devices.start();
    }

    /**
     * Loads a model onto every device; any thread, once deployed.
     *
     * @param atOnce devices at most that load at the same time, and do nothing else
     */
    Future<Void> load(ModelSource source, int atOnce) {
        return here(() -> devices.load(source, atOnce).compose(v -> serve(source)));
    }

    /** Serves a model that every device has; where it cannot be, it is taken off them again. */
    private Future<Void> serve(ModelSource source) {
        return Guarded.<Void>call(() -> {
                    lanes.add(source, stage);
                    scores.add(source.id());
                    return Future.succeededFuture();
                })
                .recover(cause -> departures
                        .unload(source, new Failure.ModelNotFound(source.id(), lanes.models()))
                        .transform(v -> Future.failedFuture(cause)));
    }

    /** Lets a model's streams end, however long they take, and then takes it off the devices; any thread. */
    Future<Void> unload(ModelSource source, Failure refusal) {
        return here(() -> departures.unload(source, refusal));
    }

    /** Steps that a flexible request should be planned with if it came now; any thread. */
    Future<Integer> grantedSteps(String modelId, PlannedRequest request, long submittedNanos) {
        return here(() -> {
            Optional<Lane> lane = lane(modelId, request);
            int asked = request.accepted().plan().nfe();
            return Future.succeededFuture(lane.map(l -> l.jobs()
                            .grantedSteps(
                                    request, submittedNanos + request.timeout().toNanos()))
                    .orElse(asked));
        });
    }

    private Optional<Lane> lane(String modelId, PlannedRequest request) {
        return lanes.find(modelId, request.accepted().terms().deterministic());
    }

    /** Admits or refuses a request; any thread, once deployed. Completes on the caller's context. */
    Future<Submission> submit(
            String modelId, PlannedRequest request, long submittedNanos, Optional<LaneRequests.SessionPlace> place) {
        return here(() -> Future.succeededFuture(admit(modelId, request, submittedNanos, place)));
    }

    private Submission admit(
            String modelId, PlannedRequest request, long submittedNanos, Optional<LaneRequests.SessionPlace> place) {
        Optional<Failure> unavailable = unavailable();
        if (unavailable.isPresent()) {
            return new Submission.Refused(unavailable.get());
        }
        // The version was there when the request was planned, and may have left since.
        return lane(modelId, request)
                .map(lane -> lane.requests().submit(request, submittedNanos, place))
                .orElseGet(() -> new Submission.Refused(new Failure.ModelNotFound(modelId, lanes.models())));
    }

    /** Why nothing is admitted now, if so. */
    private Optional<Failure> unavailable() {
        return draining
                ? Optional.of(shuttingDown())
                : devices.report().lost().map(lost -> new Failure.Unavailable(lost, RETRY_ELSEWHERE));
    }

    /**
     * Admits or refuses a request for likelihoods, which its client's budget has granted; any thread, once deployed.
     * Completes on the caller's context.
     */
    Future<ScoringSubmission> submit(ScoringTask task, Client client, long submittedNanos) {
        return here(() -> Future.succeededFuture(unscored(task.modelId())
                .<ScoringSubmission>map(ScoringSubmission.Refused::new)
                .orElseGet(() -> scores.submit(task, client, submittedNanos))));
    }

    /** Why a request for likelihoods of a model would be refused, if so. Like {@link #submit} in all else. */
    Future<Optional<Failure>> scoringRefusal(String modelId) {
        return here(() -> Future.succeededFuture(unscored(modelId)));
    }

    private Optional<Failure> unscored(String modelId) {
        return unavailable().or(() -> scores.refusal(modelId));
    }

    /** Does something on this verticle's context; completes on the caller's. */
    <T> Future<T> here(Supplier<Future<T>> action) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        context.runOnContext(
                v -> Guarded.call(action).onComplete(done -> caller.runOnContext(w -> answer.handle(done))));
        return answer.future();
    }

    /** Admits nothing more; completes when no stream is open, at the latest after the grace period. Any thread. */
    Future<Void> drain(Duration grace) {
        return here(() -> {
            draining = true;
            Future<Void> drained = scores.drain(shuttingDown(), grace);
            return lanes.each(lane -> lane.requests().drain(shuttingDown(), Optional.of(grace)))
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
