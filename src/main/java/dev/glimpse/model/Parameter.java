package dev.glimpse.model;

import java.util.List;

/**
 * A tensor that decides what a network computes.
 *
 * @param name its key in a checkpoint
 * @param shape its sizes, outermost first
 * @param start how its values start before training
 * @param trained false if it keeps the values it starts with
 */
public record Parameter(String name, List<Integer> shape, Start start, boolean trained) {
    public Parameter {
        shape = List.copyOf(shape);
    }

    Parameter(String name, List<Integer> shape, Start start) {
        this(name, shape, start, true);
    }

    /** Number of values. */
    public int size() {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    /** The sizes as checkpoint files give them. */
    List<Long> fileShape() {
        return shape.stream().map(Integer::longValue).toList();
    }
}
