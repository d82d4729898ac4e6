package dev.glimpse.evaluation;

import dev.glimpse.model.JumpBatch;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Pictures of random pixels for tests, each with more contrast than the one before. */
final class Pictures {
    private Pictures() {}

    /** Pictures with indices from 0 and no labels. */
    static List<LabelledPicture> of(int count, int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] pixels = new byte[dimension];
                    for (int j = 0; j < dimension; j++) {
                        pixels[j] = (byte) (128 + (random.nextInt(256) - 128) * (i + 1) / count);
                    }
                    return new LabelledPicture(i, pixels, JumpBatch.NO_LABEL);
                })
                .toList();
    }
}
