package dev.glimpse.model;

/**
 * How the values of a parameter start before training: independent draws of one distribution.
 *
 * @param law its shape
 * @param centre its mean
 * @param spread half the width of a uniform distribution, the standard deviation of a normal one; 0 for a constant
 */
public record Start(Law law, double centre, double spread) {
    /** A family of distributions. */
    public enum Law {
        UNIFORM,
        NORMAL
    }

    static Start constant(double value) {
        return new Start(Law.UNIFORM, value, 0);
    }

    static Start uniform(double spread) {
        return new Start(Law.UNIFORM, 0, spread);
    }

    static Start normal(double deviation) {
        return new Start(Law.NORMAL, 0, deviation);
    }
}
