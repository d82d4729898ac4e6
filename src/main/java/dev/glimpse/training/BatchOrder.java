package dev.glimpse.training;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;

/**
 * The order in which a run sees its pictures: every epoch a permutation of its own, decided by the seed.
 *
 * <p>Position p of the run is picture {@code p mod N} of epoch {@code p / N}, so a resumed run goes on where it was.
 */
final class BatchOrder {
    private final int count;
    private final long seed;
    private final int[] order;
    private long epoch = -1;

    BatchOrder(int count, long seed) {
        this.count = count;
        this.seed = seed;
        this.order = new int[count];
    }

    /** Index of the picture at a position of the run. */
    int at(long position) {
        if (position / count != epoch) {
            shuffle(position / count);
        }
        return order[(int) (position % count)];
    }

    private void shuffle(long newEpoch) {
        epoch = newEpoch;
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int i = count - 1; i > 0; i--) {
            int j = (int) (NoiseStream.uniform(seed, DrawNumbers.PICTURE_ORDER, (int) newEpoch, i) * (i + 1));
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }
}
