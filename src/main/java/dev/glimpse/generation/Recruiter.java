package dev.glimpse.generation;

import dev.glimpse.model.EngineMessage;
import dev.glimpse.model.ModelFormatException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brings workers to the devices: at the start, and in the place of those that failed or hang. Confined to the
 * dispatcher's context.
 */
final class Recruiter {
    private static final Logger LOG = LoggerFactory.getLogger(Recruiter.class);
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LAST_RETRY_MILLIS = 30_000;

    private final Vertx vertx;
    private final Crew crew;
    private final HungThreads hung;
    private final IntConsumer arrived;
    private final Devices.Events events;
    private final Set<Future<Void>> replacements = new HashSet<>();
    /** Devices whose first try to start anew is on its way. */
    private final SortedMap<Integer, DeviceReport.Preparing> starting = new TreeMap<>();

    private final SortedMap<Integer, DeviceReport.Broken> broken = new TreeMap<>();
    private volatile DeviceReport report = DeviceReport.working(0);
    private boolean stopping;

    /**
     * @param maxHung threads that may hang while others take their place
     * @param arrived told of each device whose worker is ready
     */
    Recruiter(Vertx vertx, Crew crew, int maxHung, IntConsumer arrived, Devices.Events events) {
        this.vertx = vertx;
        this.crew = crew;
        this.arrived = arrived;
        this.events = events;
        hung = new HungThreads(maxHung);
    }

    /** How many there are to work with; any thread. */
    DeviceReport report() {
        return report.with(crew.preparing());
    }

    /** No worker is replaced from now on; completes when none is on its way. */
    Future<Void> stop() {
        stopping = true;
        return settled();
    }

    /** Completes when all that are on their way have come, or not. */
    Future<Void> settled() {
        return Future.join(List.copyOf(replacements)).transform(v -> Future.succeededFuture());
    }

    /** Gives a device its first worker. */
    Future<Void> deploy(int device) {
        DeviceWorker worker = crew.recruit(device);
        DeploymentOptions options = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName(hung.poolName(device))
                .setWorkerPoolSize(1);
        return vertx.deployVerticle(worker, options).compose(deployment -> {
            for (Map.Entry<ModelSource, ModelFormatException> spoilt :
                    worker.spoilt().entrySet()) {
                if (!events.withdrawn(spoilt.getKey(), spoilt.getValue().getMessage())) {
                    return vertx.undeploy(deployment).transform(v -> Future.failedFuture(spoilt.getValue()));
                }
            }
            Future<Void> caughtUp = crew.join(device, worker, deployment);
            reportNow();
            return caughtUp.map(v -> {
                arrived.accept(device);
                return null;
            });
        });
    }

    /** Gives a device another worker in the place of one that failed, as often as it takes. */
    void replace(int device) {
        starting.put(device, new DeviceReport.Preparing("starting anew", System.nanoTime()));
        replace(device, FIRST_RETRY_MILLIS);
    }

    private void replace(int device, long retryMillis) {
        Optional<String> failed = crew.leave(device);
        reportNow();
        Future<Void> gone = failed.map(vertx::undeploy).orElse(Future.succeededFuture());
        Future<Void> replaced = gone.transform(v -> stopping ? Future.<Void>succeededFuture() : deploy(device));
        replacements.add(replaced);
        replaced.onComplete(v -> replacements.remove(replaced))
                .onSuccess(v -> {
                    starts(device);
                    events.freed();
                })
                .onFailure(cause -> {
                    breaks(device, cause);
                    LOG.error("device {} cannot start; next try in {} ms", device, retryMillis, cause);
                    long next = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
                    vertx.setTimer(retryMillis, id -> {
                        if (!stopping) {
                            replace(device, next);
                        }
                    });
                });
    }

    private void starts(int device) {
        starting.remove(device);
        broken.remove(device);
        reportNow();
    }

    private void breaks(int device, Throwable cause) {
        starting.remove(device);
        DeviceReport.Broken before = broken.get(device);
        long sinceNanos = before == null ? System.nanoTime() : before.sinceNanos();
        // Engines add their native stack to the message.
        String reason = EngineMessage.of(cause).lines().findFirst().orElseGet(cause::toString);
        broken.put(device, new DeviceReport.Broken(reason, sinceNanos));
        reportNow();
    }

    /** Leaves a worker that hangs alone, and gives its device another one unless too many hang. */
    void giveUp(int device) {
        Optional<String> given = crew.leave(device);
        boolean replaced = hung.giveUp(device);
        // Its worker leaves when the thread comes back, if ever.
        vertx.undeploy(given.orElseThrow()).onComplete(v -> cameBack(device));
        // Before the thread is told of: a device that starts anew is not lost, not even for a moment.
        if (replaced) {
            replace(device);
        } else {
            LOG.error("device {} rests until a thread comes back, as {} hang", device, hung.count());
        }
        hungChanged();
    }

    private void cameBack(int device) {
        LOG.warn("the forward that was given up on device {} has ended; its result is forgotten", device);
        Optional<Integer> rested = hung.cameBack(device);
        if (!stopping) {
            rested.ifPresent(this::replace);
        }
        hungChanged();
    }

    private void hungChanged() {
        reportNow();
        events.hung(hung.count());
    }

    private void reportNow() {
        // One that failed at a model that came while it was starting is there, and never at work.
        Set<Integer> working = new HashSet<>(crew.devices());
        working.removeAll(broken.keySet());
        SortedMap<Integer, DeviceReport.Preparing> absent = new TreeMap<>(starting);
        absent.keySet().removeAll(crew.devices());
        report = new DeviceReport(working.size(), absent, new TreeMap<>(), hung.byDevice(), broken);
    }
}
