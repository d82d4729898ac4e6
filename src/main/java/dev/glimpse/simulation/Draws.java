package dev.glimpse.simulation;

import dev.glimpse.math.NoiseStream;

/** Random numbers that follow from a seed. */
final class Draws {
    private final long seed;
    private int next;

    Draws(long seed) {
        this.seed = seed;
    }

    /** Uniform in (0, 1). */
    double uniform() {
        return NoiseStream.uniform(seed, 0, 0, next++);
    }

    /** Exponential with the given mean, as the gaps of a Poisson process are. */
    double exponential(double mean) {
        return -Math.log(uniform()) * mean;
    }
}
