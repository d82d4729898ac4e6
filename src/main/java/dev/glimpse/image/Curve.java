package dev.glimpse.image;

/**
 * A named line through points.
 *
 * @param name shown in the legend; empty for a plot with one curve and no legend
 * @param x ascending
 * @param y as many as {@code x}; what is no finite number leaves a gap
 */
public record Curve(String name, double[] x, double[] y) {
    public Curve {
        if (x.length != y.length) {
            throw new IllegalArgumentException("y: " + y.length + " values (expected: " + x.length + ", as many as x)");
        }
    }
}
