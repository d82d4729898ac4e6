package dev.glimpse.loadtest;

import java.util.Collection;
import java.util.List;

/** Sums over few numbers. */
final class Numbers {
    private Numbers() {}

    /** The middle one, or the lower one of two in the middle; there must be at least one. */
    static <T extends Comparable<T>> T median(Collection<T> values) {
        List<T> sorted = values.stream().sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
