package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row's bits depend on the row alone for every batch size of 4 to 15, which is what the server's forwards keep to.
 */
class BatchIndependenceTest {
    private static final SongUNetConfig CONFIG = new SongUNetConfig(28, 1, 2, 10, 40, List.of(1, 2), 2, List.of(7));

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void rowHasTheSameBitsAtEveryBatchSizeOfItsClass(int size) {
        try (TorchScriptModel model = model()) {
            JumpBatch all = RandomNets.batch(model.spec(), 15, new SplittableRandom(9));
            float[] reference = denoise(model, rows(all, 0, 4));
            float[] row = Arrays.copyOf(reference, model.spec().dimension());
            assertThat(Arrays.copyOf(denoise(model, rows(all, 0, size)), row.length))
                    .isEqualTo(row);
        }
    }

    @Test
    void rowHasTheSameBitsAtEveryPlaceAndInAnyCompany() {
        try (TorchScriptModel model = model()) {
            int dimension = model.spec().dimension();
            JumpBatch all = RandomNets.batch(model.spec(), 30, new SplittableRandom(10));
            float[] there = denoise(model, rows(all, 0, 8));
            float[] row = Arrays.copyOfRange(there, 7 * dimension, 8 * dimension);
            float[] here = denoise(model, rows(all, 7, 11));
            assertThat(Arrays.copyOf(here, dimension)).isEqualTo(row);
        }
    }

    private static TorchScriptModel model() {
        return TorchScriptModel.load(
                RandomNets.spec(CONFIG), CONFIG, RandomNets.weights(CONFIG, new SplittableRandom(8)), Device.cpu());
    }

    private static float[] denoise(CtmModel model, JumpBatch batch) {
        float[] g = new float[batch.x().length];
        model.denoise(batch, g);
        return g;
    }

    private static JumpBatch rows(JumpBatch all, int from, int count) {
        int dimension = all.x().length / all.rows();
        return new JumpBatch(
                count,
                Arrays.copyOfRange(all.x(), from * dimension, (from + count) * dimension),
                Arrays.copyOfRange(all.t(), from, from + count),
                Arrays.copyOfRange(all.s(), from, from + count),
                Arrays.copyOfRange(all.labels(), from, from + count));
    }
}
