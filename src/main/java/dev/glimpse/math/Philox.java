package dev.glimpse.math;

/**
 * The Philox-4x32-10 block function under one key: a bijection on 128-bit counters whose outputs pass for independent
 * random bits (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * <p>Immutable, so any thread may use it.
 */
final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private final int key0;
    private final int key1;

    /** @param key 64 bits; the low word is the paper's key word 0, the high word its key word 1 */
    Philox(long key) {
        key0 = (int) key;
        key1 = (int) (key >>> 32);
    }

    /**
     * Encrypts the counter (c0, c1, c2, c3).
     *
     * @param words receives the four output words, in the paper's order
     */
    void block(int c0, int c1, int c2, int c3, int[] words) {
        int x0 = c0;
        int x1 = c1;
        int x2 = c2;
        int x3 = c3;
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (x0 & LOW_WORD);
            long product1 = MULTIPLIER_1 * (x2 & LOW_WORD);
            x0 = (int) (product1 >>> 32) ^ x1 ^ k0;
            x1 = (int) product1;
            x2 = (int) (product0 >>> 32) ^ x3 ^ k1;
            x3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = x0;
        words[1] = x1;
        words[2] = x2;
        words[3] = x3;
    }
}
