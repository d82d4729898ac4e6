package dev.glimpse.loadtest;

import java.util.SplittableRandom;

/** Random numbers that follow from a seed. */
final class Draws {
    private final SplittableRandom random;

    Draws(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return random.nextDouble();
    }

    /** Exponential with the given mean, as the gaps of a Poisson process are. */
    double exponential(double mean) {
        return -Math.log1p(-random.nextDouble()) * mean;
    }

    /** A number for one of many things, the same each time it is asked for. */
    static long hash(long seed, long index) {
        return new SplittableRandom(seed + index * 0x9E3779B97F4A7C15L).nextLong();
    }
}
