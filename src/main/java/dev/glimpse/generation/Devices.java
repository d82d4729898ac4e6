package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's devices, each with a worker that holds every model. A worker whose forward failed is replaced by a new
 * one, which loads every model again. Confined to the dispatcher's context.
 */
final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LAST_RETRY_MILLIS = 30_000;

    private final Vertx vertx;
    private final Context context;
    private final int count;
    private final Runnable freed;
    private final Map<String, ModelSource> models = new LinkedHashMap<>();
    private final Map<Integer, Running> running = new HashMap<>();
    private final Set<Future<Void>> replacements = new HashSet<>();
    private final Deque<Integer> idle = new ArrayDeque<>();
    private boolean stopping;

    /** @param freed called whenever a device has nothing to do */
    Devices(Vertx vertx, Context context, int count, Runnable freed) {
        this.vertx = vertx;
        this.context = context;
        this.count = count;
        this.freed = freed;
    }

    private record Running(DeviceWorker worker, String deployment) {}

    /** Starts every worker, without a model. */
    Future<Void> start() {
        List<Future<Void>> started = new ArrayList<>();
        for (int device = 0; device < count; device++) {
            started.add(deploy(device));
        }
        return Future.all(started).mapEmpty();
    }

    /** No worker is replaced from now on; completes when none is on its way. */
    Future<Void> stop() {
        stopping = true;
        return Future.join(List.copyOf(replacements)).transform(v -> Future.succeededFuture());
    }

    /** Loads a model onto every device; fails, and leaves it on none, if one of them cannot load it. */
    Future<Void> load(ModelSource source) {
        List<DeviceWorker> workers = workers();
        Future<Void> loaded = Future.succeededFuture();
        if (!workers.isEmpty()) {
            // The first alone: loading may also start the engine, which is no time for a race.
            loaded = workers.get(0)
                    .load(source, context)
                    .compose(v -> Future.join(workers.stream()
                                    .skip(1)
                                    .map(worker -> worker.load(source, context))
                                    .toList())
                            .mapEmpty());
        }
        return loaded.<Void>map(v -> {
                    models.put(source.id(), source);
                    return null;
                })
                .recover(cause -> unload(source.id()).transform(unloaded -> Future.failedFuture(cause)));
    }

    /** Takes a model off every device. */
    Future<Void> unload(String modelId) {
        models.remove(modelId);
        return Future.join(workers().stream()
                        .map(worker -> worker.unload(modelId, context))
                        .toList())
                .mapEmpty();
    }

    /** Devices that have nothing to do. */
    int idle() {
        return idle.size();
    }

    /** The device that has had nothing to do for longest; only while {@link #idle}. */
    int first() {
        return idle.element();
    }

    /**
     * Runs an order on an idle device.
     *
     * @param answer told the outcome exactly once
     */
    void run(int device, DeviceWorker.Order order, Consumer<DeviceWorker.Outcome> answer) {
        idle.remove(device);
        running.get(device).worker().run(order, context, outcome -> {
            Optional<Throwable> failure = outcome instanceof DeviceWorker.Outcome.Broken broken
                    ? Optional.of(broken.cause())
                    : Optional.empty();
            landed(device, order.modelId(), failure, () -> answer.accept(outcome));
        });
    }

    /** The same for an evaluation with derivatives. */
    void run(int device, DerivativeOrder order, Consumer<DerivativeOrder.Outcome> answer) {
        idle.remove(device);
        running.get(device).worker().run(order, context).onSuccess(outcome -> {
            Optional<Throwable> failure = outcome instanceof DerivativeOrder.Outcome.Broken broken
                    ? Optional.of(broken.cause())
                    : Optional.empty();
            landed(device, order.modelId(), failure, () -> answer.accept(outcome));
        });
    }

    private void landed(int device, String modelId, Optional<Throwable> failure, Runnable answer) {
        if (failure.isPresent()) {
            LOG.error("a forward of {} failed on device {}, which starts anew", modelId, device, failure.get());
            replace(device, FIRST_RETRY_MILLIS);
        } else {
            idle.add(device);
        }
        answer.run();
        freed.run();
    }

    private List<DeviceWorker> workers() {
        return running.values().stream().map(Running::worker).toList();
    }

    private void replace(int device, long retryMillis) {
        Running broken = running.remove(device);
        Future<Void> gone = broken == null ? Future.succeededFuture() : vertx.undeploy(broken.deployment());
        Future<Void> replaced = gone.transform(v -> stopping ? Future.<Void>succeededFuture() : deploy(device));
        replacements.add(replaced);
        replaced.onComplete(v -> replacements.remove(replaced))
                .onSuccess(v -> freed.run())
                .onFailure(cause -> {
                    LOG.error("device {} cannot start; next try in {} ms", device, retryMillis, cause);
                    long next = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
                    vertx.setTimer(retryMillis, id -> {
                        if (!stopping) {
                            replace(device, next);
                        }
                    });
                });
    }

    private Future<Void> deploy(int device) {
        DeviceWorker worker = new DeviceWorker(device, List.copyOf(models.values()));
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("device-" + device)
                .setWorkerPoolSize(1);
        return vertx.deployVerticle(worker, options).compose(deployment -> {
            running.put(device, new Running(worker, deployment));
            return catchUp(worker).map(v -> {
                idle.add(device);
                return null;
            });
        });
    }

    /** Loads what came while the worker was starting. */
    private Future<Void> catchUp(DeviceWorker worker) {
        return Future.join(models.values().stream()
                        .map(source -> worker.load(source, context))
                        .toList())
                .mapEmpty();
    }
}
