package dev.glimpse.model;

import java.util.List;

/**
 * A constant tensor of an official checkpoint: it follows from the architecture and is never trained.
 *
 * @param name its key
 * @param shape its sizes, outermost first
 * @param values row-major
 */
public record Buffer(String name, List<Integer> shape, List<Float> values) {
    public Buffer {
        shape = List.copyOf(shape);
        values = List.copyOf(values);
    }
}
