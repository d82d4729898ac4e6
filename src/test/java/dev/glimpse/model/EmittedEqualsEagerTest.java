package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.glimpse.math.KarrasGrid;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

    static LongStream netsThatJump() {
        return LongStream.rangeClosed(1, 12)
                .filter(seed -> RandomNets.of(seed).spec().jumps())
                .limit(3);
    }

    @ParameterizedTest
    @MethodSource("netsThatJump")
    void jumpThatGoesNowhereLeavesEveryValueAsItIs(long seed) {
        RandomNets.Net net = RandomNets.of(seed);
        ModelSpec spec = net.spec();
        double[] knots = new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho()).knots(40);
        float[] times = new float[knots.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = (float) knots[i];
        }
        JumpBatch random = RandomNets.batch(spec, times.length, new SplittableRandom(seed));
        JumpBatch batch = new JumpBatch(times.length, random.x(), times, times, random.labels());
        float[] jumped = new float[batch.x().length];
        try (TorchScriptModel emitted = TorchScriptModel.load(
                        spec, net.config(), net.weights(), EnumSet.of(EmittedNetwork.Method.JUMP), Device.cpu());
                EagerModel eager = EagerModel.load(spec, net.config(), net.weights(), Device.cpu())) {
            emitted.evaluate(EmittedNetwork.Method.JUMP, batch, jumped);
            assertThat(jumped).isEqualTo(batch.x());
            eager.evaluate(EmittedNetwork.Method.JUMP, batch, jumped);
            assertThat(jumped).isEqualTo(batch.x());
        }
    }
}
