package dev.glimpse.model;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;

/**
 * How the values of a parameter start before training: independent draws of one distribution.
 *
 * @param law its shape
 * @param centre its mean; 0 for a normal one
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

    /**
     * Draws the values of one parameter.
     *
     * @param size how many
     * @param seed of the run
     * @param index of the parameter among those of its network, from 0
     */
    public float[] draw(int size, long seed, int index) {
        float[] values = new float[size];
        if (law == Law.NORMAL) {
            NoiseStream.addNoise(values, (float) spread, seed, DrawNumbers.WEIGHTS, index);
        } else {
            for (int i = 0; i < size; i++) {
                values[i] =
                        (float) (centre + spread * (2 * NoiseStream.uniform(seed, DrawNumbers.WEIGHTS, index, i) - 1));
            }
        }
        return values;
    }
}
