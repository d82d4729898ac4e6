package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmittedEqualsEagerTest {
    private static final int ROWS = 5;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void bothReadingsOfARandomNetworkAgree(long seed) {
        RandomNets.Net net = RandomNets.of(seed);
        JumpBatch batch = RandomNets.batch(net.spec(), ROWS, new SplittableRandom(seed));
        float[] emitted = new float[batch.x().length];
        float[] eager = new float[batch.x().length];
        try (TorchScriptModel one = TorchScriptModel.load(net.spec(), net.config(), net.weights(), Device.cpu());
                EagerModel other = EagerModel.load(net.spec(), net.config(), net.weights(), Device.cpu())) {
            one.denoise(batch, emitted);
            other.denoise(batch, eager);
        }
        float largest = 0;
        for (float value : eager) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isGreaterThan(0.1f);
        for (int i = 0; i < eager.length; i++) {
            assertThat(emitted[i]).as("value %d of %s", i, net.config()).isCloseTo(eager[i], within(1e-5f * largest));
        }
    }
}
