package dev.glimpse.loadtest;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a server does while there is always work for it.
 *
 * @param nfePerSecond network evaluations a second
 * @param rows evaluations by the rows of their forward, while that was measured; empty if it was told
 * @param seconds for how long it was measured
 * @param crowd clients that always waited then
 */
record Capacity(double nfePerSecond, SortedMap<Integer, Long> rows, double seconds, int crowd) {
    Capacity {
        rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    }

    /** One that somebody knows. */
    static Capacity of(double nfePerSecond) {
        return new Capacity(nfePerSecond, new TreeMap<>(), 0, 0);
    }
}
