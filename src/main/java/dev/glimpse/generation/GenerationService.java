package dev.glimpse.generation;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The server's core: admits requests and runs their steps on the devices. Safe to call from any thread. */
public final class GenerationService implements Generator {
    private final Vertx vertx;
    private final ModelCatalog catalog;
    private final GenerationSettings settings;
    private final RequestResolver resolver;
    private final WorkerExecutor encoders;

    private final Map<String, Dispatcher> dispatchers = new ConcurrentHashMap<>();
    private final Queue<String> deployments = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Promise<Void>> closing = new AtomicReference<>();

    private GenerationService(Vertx vertx, ModelCatalog catalog, GenerationSettings settings) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.settings = settings;
        resolver = new RequestResolver(catalog, settings, new SecureRandom());
        encoders = vertx.createSharedWorkerExecutor("picture-encoders", settings.encoders());
    }

    /**
     * Loads and warms up every model on every worker; the service is ready when the future succeeds. It fails with the
     * loader's own exception when a model cannot be loaded, and then nothing is left running.
     */
    public static Future<GenerationService> start(Vertx vertx, ModelCatalog catalog, GenerationSettings settings) {
        GenerationService service = new GenerationService(vertx, catalog, settings);
        Future<Void> deployed = Future.succeededFuture();
        for (ModelSource source : catalog.sources()) {
            deployed = deployed.compose(v -> service.deploy(source));
        }
        return deployed.map(service)
                .recover(cause -> service.close(Duration.ZERO).transform(closed -> Future.failedFuture(cause)));
    }

    private Future<Void> deploy(ModelSource source) {
        Dispatcher dispatcher = new Dispatcher(source, settings, encoders);
        return vertx.deployVerticle(dispatcher).map(id -> {
            deployments.add(id);
            dispatchers.put(source.id(), dispatcher);
            return null;
        });
    }

    @Override
    public Future<Submission> submit(GenerationRequest request) {
        long submittedNanos = System.nanoTime();
        if (closing.get() != null) {
            return Future.succeededFuture(new Submission.Refused(Dispatcher.shuttingDown()));
        }
        if (request.edit().isEmpty()) {
            return admit(resolver.resolve(request), submittedNanos);
        }
        // An edit's pictures are read and resized, which no event loop should wait for.
        return encoders.executeBlocking(() -> resolver.resolve(request), false)
                .compose(resolution -> admit(resolution, submittedNanos));
    }

    private Future<Submission> admit(Resolution resolution, long submittedNanos) {
        if (resolution instanceof Resolution.Refused refused) {
            return Future.succeededFuture(new Submission.Refused(refused.failure()));
        }
        Resolution.Resolved resolved = (Resolution.Resolved) resolution;
        return dispatchers.get(resolved.modelId()).submit(resolved.request(), submittedNanos);
    }

    @Override
    public List<ServedModel> models() {
        return catalog.sources().stream().map(resolver::served).toList();
    }

    @Override
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
        Future.join(dispatchers.values().stream().map(d -> d.drain(grace)).toList())
                .eventually(() ->
                        Future.join(deployments.stream().map(vertx::undeploy).toList()))
                .eventually(encoders::close)
                .<Void>mapEmpty()
                .onComplete(closed);
        return closed.future();
    }
}
