package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Something for a device to do with one of its models.
 *
 * @param <O> what becomes of it
 */
sealed interface DeviceOrder<O extends DeviceOrder.Outcome> permits StepOrder, DerivativeOrder {
    /** The model's "name/version". */
    String modelId();

    /** Has a device do it. Completes, and never fails, on {@code replyTo}. */
    Future<O> runOn(DeviceWorker worker, Context replyTo);

    /** What has become of it when it is given up. */
    O givenUp();

    /** What became of an order. */
    interface Outcome {
        /** What broke on the device, which it must not go on with; empty if nothing did. */
        default Optional<Throwable> failure() {
            return Optional.empty();
        }
    }
}
