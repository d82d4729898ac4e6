package dev.glimpse.training;

import dev.glimpse.model.SongUNetConfig;
import java.util.List;

/** A recipe and data so small that a run takes seconds: bright and dark squares on one side. */
final class TinyRun {
    static final int SIZE = 8;

    private TinyRun() {}

    static TrainingRecipe recipe(int denoiserSteps, int jumpSteps, int snapshotEvery) {
        return new TrainingRecipe(
                "tiny",
                new SongUNetConfig(SIZE, 1, 1, 2, 8, List.of(1, 2), 1, List.of(4)),
                new TrainingRecipe.Times(0.002, 80, 0.5, 7, 10, 3),
                77,
                new TrainingRecipe.Stage(denoiserSteps, 8, 2e-3, 1e-3, 5),
                new TrainingRecipe.Stage(jumpSteps, 8, 1e-3, 0, 2),
                0.99,
                snapshotEvery);
    }

    /** 32 pictures: the left half bright (class 0) or the right half (class 1), at various levels. */
    static ImageDataSet data() {
        int count = 32;
        byte[] pixels = new byte[count * SIZE * SIZE];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 2);
            for (int p = 0; p < SIZE * SIZE; p++) {
                boolean bright = (p % SIZE < SIZE / 2) == (labels[i] == 0);
                pixels[i * SIZE * SIZE + p] = (byte) (bright ? 150 + 3 * i : 10 + i);
            }
        }
        return new ImageDataSet(1, SIZE, SIZE, pixels, labels, List.of("left", "right"));
    }
}
