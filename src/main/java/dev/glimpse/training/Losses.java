package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gradients and losses of one part of a step.
 *
 * @param gradients one per parameter; owned by the step
 * @param terms losses and adaptive weights by the names of {@link TrainingListener.Statistics}
 * @param atBound share of the part's microbatches in which an adaptive weight is at a bound, by its name
 */
record Losses(NDArray[] gradients, Map<String, Double> terms, Map<String, Double> atBound) {
    /** Losses without adaptive weights. */
    Losses(NDArray[] gradients, Map<String, Double> terms) {
        this(gradients, terms, Map.of());
    }

    /** Mean of each value over the parts, all of which have it. */
    static Map<String, Double> mean(List<Map<String, Double>> parts) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (String name : parts.get(0).keySet()) {
            means.put(
                    name, parts.stream().mapToDouble(p -> p.get(name)).average().orElseThrow());
        }
        return means;
    }
}
