package dev.glimpse.generation;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Step;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.StepExecutor;
import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device with one model on it: a worker verticle whose pool has a single thread.
 *
 * <p>The model is loaded, used and closed on that thread, as engines keep state by thread.
 */
final class DeviceWorker extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

    private final ModelSource source;
    private final int index;
    private final int minRows;
    private @Nullable CtmModel model;

    /** @param index unlike that of the model's other workers, counted from 0 */
    DeviceWorker(ModelSource source, int index, int minRows) {
        this.source = source;
        this.index = index;
        this.minRows = minRows;
    }

    /** What became of a batch. */
    sealed interface Outcome {
        /** One result per request, in order. */
        record Done(List<StepResult> results, long durationNanos, long endNanos) implements Outcome {}

        /** The forward failed; no request of the batch has a result. */
        record Broken(Throwable cause) implements Outcome {}
    }

    int index() {
        return index;
    }

    @Override
    public Future<?> start() throws Exception {
        long startNanos = System.nanoTime();
        CtmModel loaded = source.loader().load();
        try {
            warmUp(loaded);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
        model = loaded;
        LOG.info(
                "{} ready on {} after {} ms",
                source.id(),
                Thread.currentThread().getName(),
                (System.nanoTime() - startNanos) / 1_000_000);
        return Future.succeededFuture();
    }

    /** One forward before anyone waits for it: the first one is when an engine allocates and compiles. */
    private void warmUp(CtmModel loaded) {
        ModelSpec spec = loaded.spec();
        // From a time to itself, which every model takes, a denoiser too.
        Step step = new Step(spec.sigmaMax(), spec.sigmaMax(), spec.sigmaMax(), 0);
        int label = spec.labels().isEmpty() ? JumpBatch.NO_LABEL : 0;
        new StepExecutor(loaded, minRows)
                .run(List.of(new StepRequest(new float[spec.dimension()], new float[0], step, label, 0, 0, 0, false)));
    }

    /**
     * Runs the steps in one forward; any thread.
     *
     * @param answer given the outcome exactly once, on {@code replyTo}
     */
    void run(List<StepRequest> steps, Context replyTo, Consumer<Outcome> answer) {
        context.runOnContext(v -> {
            Outcome outcome = forward(steps);
            replyTo.runOnContext(w -> answer.accept(outcome));
        });
    }

    // Errors are caught as well: whatever happened, the batch has to be answered and the device goes on.
    private Outcome forward(List<StepRequest> steps) {
        try {
            if (model == null) {
                throw new IllegalStateException("the model is not loaded");
            }
            long startNanos = System.nanoTime();
            for (StepRequest step : steps) {
                if (step.stepIndex() == 0) {
                    NoiseStream.initial(step.x(), (float) step.step().t(), step.seed(), step.sample());
                }
            }
            List<StepResult> results = new StepExecutor(model, minRows).run(steps);
            long endNanos = System.nanoTime();
            return new Outcome.Done(results, endNanos - startNanos, endNanos);
        } catch (Throwable e) {
            return new Outcome.Broken(e);
        }
    }

    @Override
    public Future<?> stop() {
        if (model != null) {
            model.close();
            model = null;
        }
        return Future.succeededFuture();
    }
}
