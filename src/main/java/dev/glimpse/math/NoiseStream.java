package dev.glimpse.math;

/** The one source of noise: standard normals that depend on (seed, sample, step, element) alone. */
public final class NoiseStream {
    private NoiseStream() {}

    /** Fills {@code out} with the noise x_T is made of, times {@code std}: block 0 of the sample's stream. */
    public static void initial(float[] out, float std, long seed, int sample) {
        throw new UnsupportedOperationException();
    }

    /** Adds {@code std} times the normals of a block to {@code x}; block k + 1 follows step k. */
    public static void addNoise(float[] x, float std, long seed, int sample, int block) {
        throw new UnsupportedOperationException();
    }

    /** A class index in [0, classes) for a sample whose request names none. */
    public static int label(long seed, int sample, int classes) {
        throw new UnsupportedOperationException();
    }
}
