package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The readings of a network that only training uses. */
class EmissionTest {
    private static final int ROWS = 4;
    private static final int FEW_DIGITS = 8;

    private final RandomNets.Net net = RandomNets.of(3);
    private final JumpBatch batch = RandomNets.batch(net.spec(), ROWS, new SplittableRandom(3));

    @Test
    void bfloat16ComputesTheSameToItsFewDigits() {
        float[] exact = evaluate(Emission.EXACT, "denoise", null);
        float[] rounded = evaluate(new Emission(true, 0), "denoise", null);
        assertThat(rounded).isNotEqualTo(exact);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.pow(rounded[i] - exact[i], 2);
            size += Math.pow(exact[i], 2);
        }
        // A bfloat16 has 8 digits after its leading 1; errors of a dozen layers add up.
        assertThat(Math.sqrt(difference / size)).isLessThan(12 * Math.pow(2, -FEW_DIGITS));
    }

    @Test
    void sameKeysDropTheSameActivations() {
        Emission emission = new Emission(false, 0.3);
        float[] one = evaluate(emission, "denoise_dropping", 5L);
        assertThat(evaluate(emission, "denoise_dropping", 5L)).isEqualTo(one);
        assertThat(evaluate(emission, "denoise_dropping", 6L)).isNotEqualTo(one);
    }

    @Test
    void networkWithoutDropoutIsUntouchedByIt() {
        assertThat(evaluate(new Emission(false, 0.3), "denoise", null))
                .isEqualTo(evaluate(Emission.EXACT, "denoise", null));
    }

    @Test
    void dropoutOfAlmostNothingChangesAlmostNothing() {
        float[] exact = evaluate(Emission.EXACT, "denoise", null);
        float[] dropped = evaluate(new Emission(false, 1e-9), "denoise_dropping", 1L);
        for (int i = 0; i < exact.length; i++) {
            assertThat(dropped[i]).isCloseTo(exact[i], within(1e-4f));
        }
    }

    private float[] evaluate(Emission emission, String method, @Nullable Long key) {
        try (EmittedNetwork network =
                        EmittedNetwork.load(net.config(), net.spec().sigmaData(), emission, Device.cpu());
                NDManager manager = network.manager().newSubManager();
                IValue weights = network.list(network.upload(net.weights()))) {
            ModelSpec spec = net.spec();
            int classes = spec.labels().size();
            NDArray[] inputs = {
                manager.create(batch.x(), new Shape(ROWS, spec.channels(), spec.height(), spec.width())),
                manager.create(batch.t()),
                manager.create(batch.s()),
                manager.create(Labels.oneHot(batch.labels(), ROWS, classes), new Shape(ROWS, Math.max(1, classes)))
            };
            if (key != null) {
                inputs = Arrays.copyOf(inputs, inputs.length + 1);
                long[] keys = new SplittableRandom(key)
                        .longs(network.dropouts(), 0, 1L << 32)
                        .toArray();
                inputs[inputs.length - 1] = manager.create(keys);
            }
            return network.call(method, false, weights, inputs).toFloatArray();
        }
    }
}
