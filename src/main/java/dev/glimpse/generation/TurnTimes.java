package dev.glimpse.generation;

import java.util.HashMap;
import java.util.Map;

/** How long each model's latest evaluation with derivatives took. Confined to the dispatcher's context. */
final class TurnTimes {
    /** Per value that one takes in: of the states, and of the vectors. */
    private final Map<String, Double> nanosPerValue = new HashMap<>();

    void took(DerivativeOrder order, long nanos) {
        nanosPerValue.put(order.modelId(), (double) nanos / values(order));
    }

    /** How long one is going to take; 0 if that is not known yet. */
    long expectedNanos(DerivativeOrder order) {
        return Math.round(nanosPerValue.getOrDefault(order.modelId(), 0.0) * values(order));
    }

    void forget(String modelId) {
        nanosPerValue.remove(modelId);
    }

    private static int values(DerivativeOrder order) {
        return order.batch().x().length + order.v().length;
    }
}
