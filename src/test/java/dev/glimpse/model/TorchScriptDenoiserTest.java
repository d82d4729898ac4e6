package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptDenoiserTest {
    private static final SongUNetConfig CONFIG = new SongUNetConfig(16, 1, 2, 5, 16, List.of(1, 2), 1, List.of(4));
    private static final int PROBES = 2;

    private final SplittableRandom random = new SplittableRandom(4);

    @Test
    void valueIsTheModelsOwn() {
        JumpBatch batch = RandomNets.batch(RandomNets.spec(CONFIG), 5, random);
        float[] expected = new float[batch.x().length];
        try (TorchScriptModel model = TorchScriptModel.load(RandomNets.spec(CONFIG), CONFIG, weights(), Device.cpu())) {
            model.denoise(batch, expected);
        }
        float[] g = new float[expected.length];
        try (TorchScriptDenoiser denoiser = denoiser()) {
            denoiser.denoise(batch, new float[0], g, new float[0]);
        }
        assertThat(g).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"NETWORK", "JUMP"})
    void servedModuleHoldsNothingButTheDenoiser(EmittedNetwork.Method other) {
        JumpBatch batch = RandomNets.batch(RandomNets.spec(CONFIG), 1, random);
        try (TorchScriptModel model = TorchScriptModel.load(RandomNets.spec(CONFIG), CONFIG, weights(), Device.cpu())) {
            assertThatThrownBy(() -> model.evaluate(other, batch, new float[batch.x().length]))
                    .isInstanceOf(EngineException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void productIsTheDerivativeOfTheValueAlongADirectionForEveryArchitecture(long seed) {
        RandomNets.Net net = RandomNets.of(seed);
        try (TorchScriptDenoiser denoiser =
                TorchScriptDenoiser.load(net.spec(), net.config(), net.weights(), Device.cpu())) {
            JumpBatch batch = RandomNets.batch(denoiser.spec(), 4, random);
            Arrays.fill(batch.t(), 1);
            Arrays.fill(batch.s(), 1);
            int size = batch.x().length;
            float[] v = normals(PROBES * size);
            float[] u = normals(size);
            float[] products = new float[v.length];
            denoiser.denoise(batch, v, new float[size], products);

            float h = 5e-3f;
            float[] ahead = moved(denoiser, batch, u, h);
            float[] behind = moved(denoiser, batch, u, -h);
            int dimension = denoiser.spec().dimension();
            for (int row = 0; row < batch.rows(); row++) {
                for (int k = 0; k < PROBES; k++) {
                    double difference = 0;
                    double product = 0;
                    for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                        difference += v[k * size + i] * ((double) ahead[i] - behind[i]) / (2 * h);
                        product += (double) products[k * size + i] * u[i];
                    }
                    assertThat(product).isCloseTo(difference, within(0.01 * Math.sqrt(dimension)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12})
    void productHasTheSameBitsAtEveryBatchSizeAndInAnyCompany(int rows) {
        try (TorchScriptDenoiser denoiser = denoiser()) {
            int dimension = denoiser.spec().dimension();
            JumpBatch all = RandomNets.batch(denoiser.spec(), rows, random);
            float[] v = normals(all.x().length);
            float[] products = new float[v.length];
            denoiser.denoise(all, v, new float[v.length], products);

            int from = rows - 4;
            JumpBatch last = new JumpBatch(
                    4,
                    Arrays.copyOfRange(all.x(), from * dimension, rows * dimension),
                    Arrays.copyOfRange(all.t(), from, rows),
                    Arrays.copyOfRange(all.s(), from, rows),
                    Arrays.copyOfRange(all.labels(), from, rows));
            float[] own = new float[4 * dimension];
            denoiser.denoise(
                    last, Arrays.copyOfRange(v, from * dimension, rows * dimension), new float[own.length], own);

            assertThat(own).isEqualTo(Arrays.copyOfRange(products, from * dimension, rows * dimension));
        }
    }

    private static float[] moved(TorchScriptDenoiser denoiser, JumpBatch batch, float[] direction, float h) {
        float[] x = batch.x().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] += h * direction[i];
        }
        float[] g = new float[x.length];
        denoiser.denoise(
                new JumpBatch(batch.rows(), x, batch.t(), batch.s(), batch.labels()), new float[0], g, new float[0]);
        return g;
    }

    private float[] normals(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static Map<String, float[]> weights() {
        return RandomNets.weights(CONFIG, new SplittableRandom(8));
    }

    private static TorchScriptDenoiser denoiser() {
        return TorchScriptDenoiser.load(RandomNets.spec(CONFIG), CONFIG, weights(), Device.cpu());
    }
}
