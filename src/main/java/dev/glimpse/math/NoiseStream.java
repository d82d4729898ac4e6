package dev.glimpse.math;

/*
 * How every number comes about, exact to the bit so that a client in any language can make x_T itself:
 *
 *   key      the 64-bit seed: key word 0 its low 32 bits, key word 1 its high 32 bits
 *   counter  (i / 4, block, sample, stream) for element i of the flattened [C, H, W] array
 *   word     k = output word i % 4 of Philox-4x32-10, unsigned
 *   uniform  u = (k + 0.5) / 2^32, exact in double, never 0 or 1
 *   normal   z = AS 241 PPND16 of u in double, then rounded once to float
 *   scaled   n = z * std, a float product; std is sigma_max or the plan's noise std, rounded to float
 *   added    x + n, a float sum (never fused with the product)
 *
 * The logarithm of the tails is the one operation that libraries round differently. Every word of one tail was tried
 * (the other mirrors it, the middle takes none): with a logarithm one unit in the last place off, only words 149798545
 * and 4145168750 change their float.
 *
 * Block 0 is x_T; block k + 1 follows step k. Nothing else enters, so an element is the same whatever the length of its
 * array, whoever shares its batch and however often the work was interrupted.
 */
/**
 * The one source of noise: standard normals that depend on (seed, sample, block, element) alone.
 *
 * <p>Any thread may call any method; there is no state between calls.
 */
public final class NoiseStream {
    private static final int WORDS = 4;
    private static final int INITIAL_BLOCK = 0;
    private static final int NORMALS = 0;
    private static final int LABELS = 1;
    private static final int UNIFORMS = 2;
    private static final int EDITS = 3;
    private static final int SCORING_NORMALS = 4;
    private static final int SCORING_SIGNS = 5;
    private static final int SCORING_UNIFORMS = 6;
    private static final int BRANCHES = 8;
    private static final int RAISES = 9;
    private static final double TWO_POW_MINUS_32 = 0x1p-32;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private NoiseStream() {}

    /**
     * Fills {@code out} with the noise x_T is made of, times {@code std}: block 0 of the sample's stream.
     *
     * @param std at least 0; sigma_max for x_T
     * @param seed all 64 bits count
     * @param sample index of the trajectory in its request, at least 0
     */
    public static void initial(float[] out, float std, long seed, int sample) {
        requireValid(std, sample, INITIAL_BLOCK);
        Philox philox = new Philox(seed);
        int[] words = new int[WORDS];
        for (int i = 0; i < out.length; i++) {
            if (i % WORDS == 0) {
                philox.block(i / WORDS, INITIAL_BLOCK, sample, NORMALS, words);
            }
            out[i] = normal(words[i % WORDS]) * std;
        }
    }

    /**
     * Adds {@code std} times the normals of a block to {@code x}; block k + 1 follows step k.
     *
     * @param std at least 0
     * @param seed all 64 bits count
     * @param sample index of the trajectory in its request, at least 0
     * @param block at least 0
     */
    public static void addNoise(float[] x, float std, long seed, int sample, int block) {
        requireValid(std, sample, block);
        add(x, std, new Philox(seed), new int[] {block, sample, NORMALS});
    }

    /**
     * Adds {@code std} times the normals of a block of the stream for what an edit knows, stream 3: independent of all
     * that {@link #initial} and {@link #addNoise} give.
     *
     * @param std at least 0
     * @param seed all 64 bits count
     * @param sample index of the trajectory in its request, at least 0
     * @param block at least 0; 0 for the start, k + 1 after step k
     */
    public static void addEditNoise(float[] x, float std, long seed, int sample, int block) {
        requireValid(std, sample, block);
        add(x, std, new Philox(seed), new int[] {block, sample, EDITS});
    }

    private static void add(float[] x, float std, Philox philox, int[] counter) {
        int[] words = new int[WORDS];
        for (int i = 0; i < x.length; i++) {
            if (i % WORDS == 0) {
                philox.block(i / WORDS, counter[0], counter[1], counter[2], words);
            }
            x[i] += normal(words[i % WORDS]) * std;
        }
    }

    /**
     * A class index in [0, classes) for a sample whose request names none: floor(k * classes / 2^32), where k is output
     * word 0, unsigned, of the counter (0, 0, sample, 1).
     *
     * <p>Each class's chance differs from 1/classes by less than 2^-32.
     *
     * @param classes at least 1
     */
    public static int label(long seed, int sample, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes: " + classes + " (expected: at least 1)");
        }
        requireIndex("sample", sample);
        int[] words = new int[WORDS];
        new Philox(seed).block(0, 0, sample, LABELS, words);
        return (int) (((words[0] & LOW_WORD) * classes) >>> 32);
    }

    /**
     * A number uniform in (0, 1), for the draws of training: (k + 0.5) / 2^32, where k is output word 0, unsigned, of
     * the counter (index, block, sample, 2).
     *
     * @param index which of the block's uniforms; any value
     */
    public static double uniform(long seed, int sample, int block, int index) {
        requireIndex("sample", sample);
        requireIndex("block", block);
        int[] words = new int[WORDS];
        new Philox(seed).block(index, block, sample, UNIFORMS, words);
        return ((words[0] & LOW_WORD) + 0.5) * TWO_POW_MINUS_32;
    }

    /**
     * The key of the noise that a branch of a trajectory meets: output words 0 (low) and 1 (high) of the counter
     * (branch, step, sample, 8).
     *
     * @param step number of steps taken where it branches off, at least 0
     * @param branch which of the branches
     */
    public static long branch(long seed, int sample, int step, int branch) {
        requireIndex("sample", sample);
        requireIndex("step", step);
        int[] words = new int[WORDS];
        new Philox(seed).block(branch, step, sample, BRANCHES, words);
        return (words[0] & LOW_WORD) | (long) words[1] << Integer.SIZE;
    }

    /**
     * Adds {@code std} times normals that no plan uses to {@code x}, to lift a state to a higher time: the counter of
     * element i is (i / 4, step, sample, 9).
     *
     * @param std at least 0
     * @param step number of steps taken before, at least 0
     */
    public static void raise(float[] x, float std, long seed, int sample, int step) {
        requireValid(std, sample, step);
        add(x, std, new Philox(seed), new int[] {step, sample, RAISES});
    }

    /**
     * Fills {@code out} with standard normals for scoring a picture: stream 4, so that no score shares noise with the
     * samples of its seed.
     *
     * @param sample index of the picture in its data set, at least 0
     * @param block at least 0
     */
    public static void scoringNormals(float[] out, long seed, int sample, int block) {
        int[] words = words(out.length, seed, sample, block, SCORING_NORMALS);
        for (int i = 0; i < out.length; i++) {
            out[i] = normal(words[i]);
        }
    }

    /**
     * Fills {@code out} with fair signs, -1 or 1, for scoring a picture: the highest bit of each word of stream 5.
     *
     * @param sample index of the picture in its data set, at least 0
     * @param block at least 0
     */
    public static void scoringSigns(float[] out, long seed, int sample, int block) {
        int[] words = words(out.length, seed, sample, block, SCORING_SIGNS);
        for (int i = 0; i < out.length; i++) {
            out[i] = words[i] < 0 ? 1 : -1;
        }
    }

    /**
     * Fills {@code out} with numbers uniform in (0, 1) for scoring a picture: stream 6.
     *
     * @param sample index of the picture in its data set, at least 0
     * @param block at least 0
     */
    public static void scoringUniforms(double[] out, long seed, int sample, int block) {
        int[] words = words(out.length, seed, sample, block, SCORING_UNIFORMS);
        for (int i = 0; i < out.length; i++) {
            out[i] = ((words[i] & LOW_WORD) + 0.5) * TWO_POW_MINUS_32;
        }
    }

    private static int[] words(int count, long seed, int sample, int block, int stream) {
        requireIndex("sample", sample);
        requireIndex("block", block);
        Philox philox = new Philox(seed);
        int[] all = new int[count];
        int[] words = new int[WORDS];
        for (int i = 0; i < count; i++) {
            if (i % WORDS == 0) {
                philox.block(i / WORDS, block, sample, stream, words);
            }
            all[i] = words[i % WORDS];
        }
        return all;
    }

    private static float normal(int word) {
        return (float) NormalQuantile.of(((word & LOW_WORD) + 0.5) * TWO_POW_MINUS_32);
    }

    private static void requireValid(float std, int sample, int block) {
        if (!(std >= 0 && std <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("std: " + std + " (expected: at least 0, finite)");
        }
        requireIndex("sample", sample);
        requireIndex("block", block);
    }

    private static void requireIndex(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 0)");
        }
    }
}
