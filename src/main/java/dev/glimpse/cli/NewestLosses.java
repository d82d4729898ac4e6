package dev.glimpse.cli;

import dev.glimpse.training.LossNames;
import dev.glimpse.training.TrainingListener.Statistics;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The newest value of each loss, weight and gradient norm of a run. A step updates either the network or its critics,
 * and tells the terms of what it updates alone.
 */
final class NewestLosses {
    private static final String NORM = "|grad|";
    private static final String CRITICS_NORM = "critics' |grad|";

    private final SortedMap<String, Double> terms = new TreeMap<>();
    private final SortedMap<String, Double> norms = new TreeMap<>();

    void add(Statistics s) {
        terms.putAll(s.terms());
        norms.put(s.terms().containsKey(LossNames.CRITIC) ? CRITICS_NORM : NORM, s.gradientNorm());
    }

    /** Names and values, each with two spaces before it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        terms.forEach((name, value) -> text.append(String.format(Locale.ROOT, "  %s %.4f", name, value)));
        norms.forEach((name, value) -> text.append(String.format(Locale.ROOT, "  %s %.3f", name, value)));
        return text.toString();
    }
}
