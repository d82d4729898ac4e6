package dev.glimpse.model;

import java.util.List;

/**
 * A trainable tensor of a network.
 *
 * @param name its key in a checkpoint
 * @param shape its sizes, outermost first
 * @param spread values start uniform in [centre - spread, centre + spread]
 * @param centre where values start
 */
public record Parameter(String name, List<Integer> shape, double spread, double centre) {
    public Parameter {
        shape = List.copyOf(shape);
    }

    /** Number of values. */
    public int size() {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }
}
