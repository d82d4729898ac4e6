package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.glimpse.model.SongUNetConfig.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A row's bits depend on the row alone for every batch size of 4 to 15, which is what the server's forwards keep to.
 */
class BatchIndependenceTest {
    /** One network of each kind. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Kind {
        DDPMPP(new SongUNetConfig(28, 1, 2, 10, 40, List.of(1, 2), 2, List.of(7))),
        NCSNPP(new SongUNetConfig(16, 3, 1, 0, 16, List.of(1, 2), 1, List.of(8), Variant.NCSNPP, true, 0)),
        TEACHER(new SongUNetConfig(16, 3, 1, 10, 16, List.of(1, 2), 1, List.of(8), Variant.DDPMPP, false, 9)),
        ADM(new AdmUNetConfig(16, 3, 10, 32, List.of(1, 2), 1, List.of(16, 8), 16, true));

        final NetworkConfig config;

        Kind(NetworkConfig config) {
            this.config = config;
        }

        TorchScriptModel model() {
            return TorchScriptModel.load(
                    RandomNets.spec(config), config, RandomNets.weights(config, new SplittableRandom(8)), Device.cpu());
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowHasTheSameBitsAtEveryBatchSizeOfItsClass(Kind kind) {
        try (TorchScriptModel model = kind.model()) {
            JumpBatch all = RandomNets.batch(model.spec(), 15, new SplittableRandom(9));
            float[] row =
                    Arrays.copyOf(denoise(model, rows(all, 0, 4)), model.spec().dimension());
            for (int size = 5; size <= 15; size++) {
                assertThat(Arrays.copyOf(denoise(model, rows(all, 0, size)), row.length))
                        .as("%d rows", size)
                        .isEqualTo(row);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRowOfAMultipleOfFourHasTheSameBits(Kind kind) {
        try (TorchScriptModel model = kind.model()) {
            int dimension = model.spec().dimension();
            JumpBatch all = RandomNets.batch(model.spec(), 23, new SplittableRandom(11));
            float[] row = Arrays.copyOf(denoise(model, rows(all, 11, 4)), dimension);
            for (int size = 4; size <= 12; size += 4) {
                for (int place = 0; place < size; place++) {
                    float[] batch = denoise(model, rows(all, 11 - place, size));
                    assertThat(Arrays.copyOfRange(batch, place * dimension, (place + 1) * dimension))
                            .as("place %d of %d", place, size)
                            .isEqualTo(row);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowHasTheSameBitsAtEveryPlaceAndInAnyCompany(Kind kind) {
        try (TorchScriptModel model = kind.model()) {
            int dimension = model.spec().dimension();
            JumpBatch all = RandomNets.batch(model.spec(), 30, new SplittableRandom(10));
            float[] there = denoise(model, rows(all, 0, 8));
            float[] row = Arrays.copyOfRange(there, 7 * dimension, 8 * dimension);
            float[] here = denoise(model, rows(all, 7, 11));
            assertThat(Arrays.copyOf(here, dimension)).isEqualTo(row);
        }
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
