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
 * @param weight how much the terms count in a mean over parts of a step
 */
record Losses(NDArray[] gradients, Map<String, Double> terms, Map<String, Double> atBound, int weight) {
    /** Losses that count once. */
    Losses(NDArray[] gradients, Map<String, Double> terms, Map<String, Double> atBound) {
        this(gradients, terms, atBound, 1);
    }

    /** Losses without adaptive weights. */
    Losses(NDArray[] gradients, Map<String, Double> terms) {
        this(gradients, terms, Map.of());
    }

    /** The terms alone, which count as much as this. */
    Losses weighing(int weight) {
        return new Losses(new NDArray[0], terms, atBound, weight);
    }

    /** Mean of each term over the parts, all of which have it and count by their weight. */
    static Map<String, Double> meanTerms(List<Losses> parts) {
        double all = parts.stream().mapToInt(Losses::weight).sum();
        Map<String, Double> means = new LinkedHashMap<>();
        for (String name : parts.get(0).terms().keySet()) {
            means.put(
                    name,
                    parts.stream()
                                    .mapToDouble(p -> p.weight() * p.terms().get(name))
                                    .sum()
                            / all);
        }
        return means;
    }

    /** Mean of {@link #atBound} over the parts. */
    static Map<String, Double> meanAtBound(List<Losses> parts) {
        return mean(parts.stream().map(Losses::atBound).toList());
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
