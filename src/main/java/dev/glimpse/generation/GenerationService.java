package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server's core: admits requests of clients and runs their steps on the devices. Safe to call from any thread. */
public final class GenerationService {
    private final Vertx vertx;
    private final GenerationSettings settings;
    private final WorkerExecutor encoders;
    private final PictureIntake intake;
    private final Dispatcher dispatcher;
    private final ModelShelf shelf;
    private final RequestResolver resolver;
    private final StepGrant stepGrant;
    private final Scoring scoring;
    private final AtomicReference<@Nullable Promise<Void>> closing = new AtomicReference<>();
    private volatile String deployment = "";

    private GenerationService(
            Vertx vertx,
            ModelCatalog catalog,
            GenerationSettings settings,
            GenerationListener listener,
            Scoring scoring) {
        this.vertx = vertx;
        this.settings = settings;
        this.scoring = scoring;
        encoders = vertx.createSharedWorkerExecutor("picture-encoders", settings.encoders());
        intake = new PictureIntake(vertx, settings.encoders());
        dispatcher = new Dispatcher(settings, encoders, listener, scoring, this::withdrawn);
        shelf = new ModelShelf(catalog, dispatcher);
        ResumeTokens tokens = new ResumeTokens(settings.resume(), settings.limits(), InstantSource.system());
        resolver = new RequestResolver(shelf::catalog, settings, tokens, new SecureRandom());
        stepGrant = new StepGrant(resolver, intake, dispatcher);
    }

    /**
     * Loads and warms up every model on every worker; the service is ready when the future succeeds. A version that
     * cannot be loaded is reported as broken and served by nobody. When none can be, the future fails with the last
     * loader's own exception, and nothing is left running.
     */
    public static Future<GenerationService> start(Vertx vertx, ModelCatalog catalog, GenerationSettings settings) {
        return start(vertx, catalog, settings, GenerationListener.NONE);
    }

    /** The same with somebody who listens. */
    public static Future<GenerationService> start(
            Vertx vertx, ModelCatalog catalog, GenerationSettings settings, GenerationListener listener) {
        return start(vertx, catalog, settings, listener, Scoring.NONE);
    }

    /** The same, computing likelihoods besides. */
    public static Future<GenerationService> start(
            Vertx vertx,
            ModelCatalog catalog,
            GenerationSettings settings,
            GenerationListener listener,
            Scoring scoring) {
        GenerationService service = new GenerationService(vertx, catalog, settings, listener, scoring);
        Future<Void> loaded = vertx.deployVerticle(service.dispatcher).map(id -> {
            service.deployment = id;
            return null;
        });
        for (ModelSource source : catalog.sources()) {
            loaded = loaded.compose(v -> service.begin(source));
        }
        return loaded.map(service)
                .recover(cause -> service.close(Duration.ZERO).transform(closed -> Future.failedFuture(cause)));
    }

    private boolean withdrawn(ModelSource source, String reason) {
        return shelf.withdrawn(source, reason);
    }

    private Future<Void> begin(ModelSource source) {
        return dispatcher
                .load(source, settings.scheduling().devices())
                .recover(cause -> withdrawn(source, String.valueOf(cause.getMessage()))
                        ? Future.succeededFuture()
                        : Future.failedFuture(cause));
    }

    Future<Submission> submit(GenerationRequest request, Client client) {
        return run(request.hasPictures(), () -> resolver.resolve(request), client, Optional.empty())
                .map(Run::submission);
    }

    /** This service as a client sees it: what it asks for is charged to its tenant. */
    public Generator as(Client client) {
        return new ClientGenerator(this, client);
    }

    /** Resolves a request, unless this is closing. */
    Future<Resolution> resolve(boolean pictures, Client client, Supplier<Resolution> resolving) {
        if (closing.get() != null) {
            return Future.succeededFuture(new Resolution.Refused(Dispatcher.shuttingDown()));
        }
        return intake.resolve(pictures, client, resolving);
    }

    Future<Submission> resume(ResumeRequest request, Client client) {
        return run(request.edit().isPresent(), () -> resolver.resolve(request), client, Optional.empty())
                .map(Run::submission);
    }

    /** Whether it computes likelihoods. */
    boolean scores() {
        return scoring.scorer().isPresent();
    }

    Future<ScoringSubmission> score(ScoringRequest request, Client client) {
        long submittedNanos = System.nanoTime();
        if (closing.get() != null) {
            return Future.succeededFuture(new ScoringSubmission.Refused(Dispatcher.shuttingDown()));
        }
        ScoringResolver resolving = new ScoringResolver(resolver, settings.limits(), scoring.settings());
        return new ScoringAdmission(resolving, intake, dispatcher).submit(request, client, submittedNanos);
    }

    GenerationSession session(Client client) {
        return new ServiceSession(this, resolver, settings.sessions(), client);
    }

    /**
     * The answer to a request.
     *
     * @param granted what it is the answer to, which may be fewer steps than were asked for
     */
    record Run(Resolution granted, Submission submission) {}

    /**
     * Takes a request all the way to its stream: its choices are made, then its number of steps, then it is admitted.
     *
     * @param pictures whether pictures are read to resolve it
     * @param place where its session keeps its states; absent: it is of no session
     */
    Future<Run> run(
            boolean pictures,
            Supplier<Resolution> resolving,
            Client client,
            Optional<LaneRequests.SessionPlace> place) {
        long submittedNanos = System.nanoTime();
        return resolve(pictures, client, resolving)
                .compose(resolution -> stepGrant.granted(resolution, client, submittedNanos))
                .compose(granted -> admit(granted, submittedNanos, place).map(answer -> new Run(granted, answer)));
    }

    /** Hands a granted request to its model, if its client's budget allows for it. */
    private Future<Submission> admit(
            Resolution granted, long submittedNanos, Optional<LaneRequests.SessionPlace> place) {
        if (granted instanceof Resolution.Refused refused) {
            return Future.succeededFuture(new Submission.Refused(refused.failure()));
        }
        if (closing.get() != null) {
            return Future.succeededFuture(new Submission.Refused(Dispatcher.shuttingDown()));
        }
        Resolution.Resolved resolved = (Resolution.Resolved) granted;
        PlannedRequest planned = resolved.request();
        Budget budget = planned.client().budget();
        Optional<Failure> exceeded = budget.begin(planned.trajectories(), planned.nfe());
        if (exceeded.isPresent()) {
            return Future.succeededFuture(new Submission.Refused(exceeded.get()));
        }
        return dispatcher
                .submit(resolved.modelId(), planned, submittedNanos, place)
                .map(submission -> BudgetedStream.charge(submission, planned))
                .onFailure(defect -> budget.end(planned.trajectories(), planned.nfe()));
    }

    /** Does something where states of sessions live. */
    void onOwner(Runnable action) {
        dispatcher.here(() -> {
            action.run();
            return Future.succeededFuture();
        });
    }

    /** How many devices there are to work with. */
    public DeviceReport devices() {
        return dispatcher.devices();
    }

    /** The model versions of this server, to load, to unload and to prefer while it runs. */
    public ModelShelf shelf() {
        return shelf;
    }

    /** The models served now; the default one comes first. */
    public List<ServedModel> models() {
        return shelf.catalog().sources().stream().map(resolver::served).toList();
    }

    /** Every model version there is, as {@link ModelShelf#states} orders them. */
    public List<ModelVersion> versions() {
        return shelf.entries().stream()
                .map(entry -> new ModelVersion(
                        entry.state(), entry.source().map(source -> ModelProfile.of(source, resolver.served(source)))))
                .toList();
    }

    /** The bounds that requests are held to. */
    public GenerationLimits limits() {
        return settings.limits();
    }

    /**
     * Refuses new requests, lets running streams end within the grace period, fails the rest with
     * {@link Failure.Unavailable}, and releases the devices. Any number of times; close before the Vert.x instance.
     */
    public Future<Void> close() {
        return close(settings.drainGrace());
    }

    private Future<Void> close(Duration grace) {
        Promise<Void> closed = Promise.promise();
        Promise<Void> first = closing.compareAndExchange(null, closed);
        if (first != null) {
            return first.future();
        }
        // First of all: what it has still to read would be refused afterwards.
        Future<Void> unread = intake.close();
        Future<Void> gone = deployment.isEmpty()
                ? Future.succeededFuture()
                : dispatcher.drain(grace).eventually(this::leaveDevices);
        gone.eventually(encoders::close)
                .eventually(() -> unread)
                .<Void>mapEmpty()
                .onComplete(closed);
        return closed.future();
    }

    /** Releases the devices; completes when they are, or at once if a thread hangs, which may never come back. */
    private Future<Void> leaveDevices() {
        Future<Void> left = vertx.undeploy(deployment);
        return devices().hung() == 0 ? left : Future.succeededFuture();
    }
}
