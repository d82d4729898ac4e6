package dev.glimpse.generation;

import dev.glimpse.math.Step;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.StepExecutor;
import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device with the models on it: a worker verticle whose pool has a single thread.
 *
 * <p>Models are loaded, used and closed on that thread, as engines keep state by thread.
 */
final class DeviceWorker extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

    private final int index;
    private final List<ModelSource> initial;
    private final Map<String, CtmModel> models = new HashMap<>();

    /** Of the initial ones those whose files are no longer what they were; complete once it has started. */
    private final Map<ModelSource, ModelFormatException> spoilt = new LinkedHashMap<>();

    private volatile OptionalLong forwardBegunNanos = OptionalLong.empty();

    /** What happens to models on their way in or out, one after the other; belongs to the dispatcher's context. */
    private final Deque<String> changes = new ArrayDeque<>();

    /** When the first of those began. */
    private long changeBegunNanos;

    /** Of models that were asked for derivatives. */
    private final Map<String, DifferentiableDenoiser> denoisers = new HashMap<>();

    /** The worker of the device with this index, from 0, which begins with these models. */
    DeviceWorker(int index, List<ModelSource> initial) {
        this.index = index;
        this.initial = List.copyOf(initial);
    }

    @Override
    public Future<?> start() throws Exception {
        try {
            for (ModelSource source : initial) {
                try {
                    load(source);
                } catch (ModelFormatException e) {
                    // The others' files may be good, and this device with them.
                    spoilt.put(source, e);
                }
            }
        } catch (Exception | Error e) {
            closeAll();
            throw e;
        }
        return Future.succeededFuture();
    }

    /** The models that it starts with; any thread. */
    List<ModelSource> initial() {
        return initial;
    }

    /** The models that it starts with but could not load, as files have changed; once deployed, any thread. */
    Map<ModelSource, ModelFormatException> spoilt() {
        return spoilt;
    }

    /** Loads one more model; from and back to the dispatcher's context. */
    Future<Void> load(ModelSource source, Context dispatcher) {
        return change(dispatcher, "loading " + source.id(), () -> load(source));
    }

    /** Closes a model, if it is here; from and back to the dispatcher's context. */
    Future<Void> unload(String modelId, Context dispatcher) {
        return change(dispatcher, "unloading " + modelId, () -> {
            Optional.ofNullable(denoisers.remove(modelId)).ifPresent(DifferentiableDenoiser::close);
            CtmModel model = models.remove(modelId);
            if (model != null) {
                model.close();
            }
        });
    }

    /** The model on its way in or out that work would have to wait for, if so; on the dispatcher's context. */
    Optional<DeviceReport.Preparing> preparing() {
        return Optional.ofNullable(changes.peek()).map(what -> new DeviceReport.Preparing(what, changeBegunNanos));
    }

    private Future<Void> change(Context dispatcher, String what, Change change) {
        if (changes.isEmpty()) {
            changeBegunNanos = System.nanoTime();
        }
        changes.add(what);
        return this.<Void>onDevice(dispatcher, () -> {
                    change.make();
                    return null;
                })
                .onComplete(v -> {
                    changes.remove();
                    changeBegunNanos = System.nanoTime();
                });
    }

    /** What may fail on the way. */
    private interface Change {
        void make() throws Exception;
    }

    /** Evaluates a denoiser with derivatives; any thread. Completes, and never fails, on {@code replyTo}. */
    Future<DerivativeOrder.Outcome> run(DerivativeOrder order, Context replyTo) {
        return onDevice(replyTo, watched(() -> differentiate(order))).otherwise(DerivativeOrder.Outcome.Broken::new);
    }

    private DerivativeOrder.Outcome differentiate(DerivativeOrder order) {
        CtmModel model = loaded(order.modelId());
        Optional<DifferentiableDenoiser> denoiser =
                Optional.ofNullable(denoisers.get(order.modelId())).or(model::differentiable);
        if (denoiser.isEmpty()) {
            return new DerivativeOrder.Outcome.Unsupported();
        }
        denoisers.put(order.modelId(), denoiser.get());
        long startNanos = System.nanoTime();
        denoiser.get().denoise(order.batch(), order.v(), order.g(), order.products());
        return new DerivativeOrder.Outcome.Done(System.nanoTime() - startNanos);
    }

    /** Runs the steps in one forward; any thread. Completes, and never fails, on {@code replyTo}. */
    Future<StepOrder.Outcome> run(StepOrder order, Context replyTo) {
        // Whatever happened, errors included, the batch has to be answered.
        return onDevice(replyTo, watched(() -> forward(order))).otherwise(StepOrder.Outcome.Broken::new);
    }

    /** When the forward that runs now began; any thread. */
    OptionalLong forwardBegunNanos() {
        return forwardBegunNanos;
    }

    /** Tells for how long this has been running, so that somebody may give it up. */
    private <T> Callable<T> watched(Callable<T> action) {
        return () -> {
            forwardBegunNanos = OptionalLong.of(System.nanoTime());
            try {
                return action.call();
            } finally {
                forwardBegunNanos = OptionalLong.empty();
            }
        };
    }

    private <T> Future<T> onDevice(Context replyTo, Callable<T> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                T result = action.call();
                replyTo.runOnContext(w -> promise.complete(result));
            } catch (Throwable e) {
                // Errors too: a promise that nobody completes would hold its batch, and the device, for ever.
                replyTo.runOnContext(w -> promise.fail(e));
            }
        });
        return promise.future();
    }

    private void load(ModelSource source) throws Exception {
        if (models.containsKey(source.id())) {
            return;
        }
        long startNanos = System.nanoTime();
        CtmModel loaded = source.loader().load(index);
        try {
            warmUp(loaded);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
        models.put(source.id(), loaded);
        LOG.info(
                "{} ready on {} after {} ms",
                source.id(),
                Thread.currentThread().getName(),
                (System.nanoTime() - startNanos) / 1_000_000);
    }

    /** One forward before anyone waits for it: the first one is when an engine allocates and compiles. */
    private static void warmUp(CtmModel loaded) {
        ModelSpec spec = loaded.spec();
        // From a time to itself, which every model takes, a denoiser too.
        Step step = new Step(spec.sigmaMax(), spec.sigmaMax(), spec.sigmaMax(), 0);
        int label = spec.labels().isEmpty() ? JumpBatch.NO_LABEL : 0;
        new StepExecutor(loaded, 1)
                .run(List.of(new StepRequest(new float[spec.dimension()], new float[0], step, label, 0, 0, 0, false)));
    }

    private StepOrder.Outcome forward(StepOrder order) {
        CtmModel model = loaded(order.modelId());
        long startNanos = System.nanoTime();
        List<StepRequest> steps =
                order.tasks().stream().map(StepOrder.Task::prepared).toList();
        List<StepResult> results = new StepExecutor(model, order.minRows()).run(steps);
        long endNanos = System.nanoTime();
        return new StepOrder.Outcome.Done(results, endNanos - startNanos, endNanos);
    }

    private CtmModel loaded(String modelId) {
        CtmModel model = models.get(modelId);
        if (model == null) {
            throw new IllegalStateException(modelId + " is not loaded");
        }
        return model;
    }

    @Override
    public Future<?> stop() {
        closeAll();
        return Future.succeededFuture();
    }

    private void closeAll() {
        denoisers.values().forEach(DifferentiableDenoiser::close);
        denoisers.clear();
        models.values().forEach(CtmModel::close);
        models.clear();
    }
}
