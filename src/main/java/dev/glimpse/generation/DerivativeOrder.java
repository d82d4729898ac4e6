package dev.glimpse.generation;

import dev.glimpse.model.JumpBatch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * One evaluation of a model's denoiser with derivatives, for a device to run; its results are written where it says.
 *
 * @param modelId the model's "name/version"
 * @param batch the rows
 * @param v vectors, [K, B, C, H, W] flattened
 * @param g receives the denoised rows
 * @param products receives J^T v
 */
record DerivativeOrder(String modelId, JumpBatch batch, float[] v, float[] g, float[] products)
        implements DeviceOrder<DerivativeOrder.Outcome> {
    @Override
    public Future<Outcome> runOn(DeviceWorker worker, Context replyTo) {
        return worker.run(this, replyTo);
    }

    @Override
    public Outcome givenUp() {
        return new Outcome.Broken(new TimeoutException("given up"));
    }

    /** The same order to try, whose results may come when nobody waits for them any more. */
    DerivativeOrder attempt() {
        return new DerivativeOrder(modelId, batch, v, new float[g.length], new float[products.length]);
    }

    /** Takes the results of an attempt for its own. */
    void take(DerivativeOrder attempt) {
        System.arraycopy(attempt.g, 0, g, 0, g.length);
        System.arraycopy(attempt.products, 0, products, 0, products.length);
    }

    /** What became of an order. */
    sealed interface Outcome extends DeviceOrder.Outcome {
        /** The results are there. */
        record Done(long durationNanos) implements Outcome {}

        /** The model has no derivatives. */
        record Unsupported() implements Outcome {}

        /** The evaluation failed. */
        record Broken(Throwable cause) implements Outcome {
            @Override
            public Optional<Throwable> failure() {
                return Optional.of(cause);
            }
        }
    }
}
