package dev.glimpse.training;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;

/**
 * The keys that decide which activations are dropped, anew for each evaluation of a network in a microbatch.
 *
 * <p>As in the official code, student and moving average both drop while training, each its own activations. Nothing is
 * dropped when a model is sampled or scored, where the official likelihood script forgets to switch it off.
 *
 * <p>Confined to one thread.
 */
final class DropoutKeys {
    private final long seed;
    private final int step;
    private final int row;
    private final int layers;
    private int evaluations;

    /**
     * @param row first one of the microbatch
     * @param layers keys of one evaluation; 0 where nothing is dropped
     */
    DropoutKeys(long seed, int step, int row, int layers) {
        this.seed = seed;
        this.step = step;
        this.row = row;
        this.layers = layers;
    }

    /** Nothing is dropped. */
    static DropoutKeys none() {
        return new DropoutKeys(0, 0, 0, 0);
    }

    boolean drop() {
        return layers > 0;
    }

    /** Keys of the next evaluation, 32 bits each. */
    long[] next() {
        long[] keys = new long[layers];
        for (int i = 0; i < layers; i++) {
            int index = DrawNumbers.DROPOUT + evaluations * layers + i;
            keys[i] = (long) (NoiseStream.uniform(seed, row, step, index) * 0x1p32);
        }
        evaluations++;
        return keys;
    }
}
