package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a part of a step gave.
 *
 * @param gradients one per parameter; owned by the step
 * @param terms losses and adaptive weights by the names of {@link TrainingListener.Statistics}
 */
record Losses(NDArray[] gradients, Map<String, Double> terms) {
    /** Mean of each term over the parts that have it. */
    static Map<String, Double> mean(List<Map<String, Double>> parts) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (String name : parts.get(0).keySet()) {
            means.put(
                    name, parts.stream().mapToDouble(p -> p.get(name)).average().orElseThrow());
        }
        return means;
    }
}
