package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The readings of a network that only training uses. */
class EmissionTest {
    private static final int ROWS = 4;
    private static final int FEW_DIGITS = 8;

    private RandomNets.Net net = RandomNets.of(3);
    private JumpBatch batch = RandomNets.batch(net.spec(), ROWS, new SplittableRandom(3));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bfloat16ComputesTheSameToItsFewDigits(long seed) {
        net = RandomNets.of(seed);
        batch = RandomNets.batch(net.spec(), ROWS, new SplittableRandom(seed));
        float[][] exact = withGradients(Emission.EXACT);
        float[][] rounded = withGradients(new Emission(true, 0));
        for (int k = 0; k < exact.length; k++) {
            // A bfloat16 has 8 digits after its leading 1; errors of a dozen layers and their gradients add up.
            assertThat(relativeDifference(rounded[k], exact[k]))
                    .as("tensor %d of %s", k, net.config())
                    .isGreaterThan(0)
                    .isLessThan(12 * Math.pow(2, -FEW_DIGITS));
        }
        assertEachGradientIsThere(rounded[1], exact[1]);
    }

    /**
     * What a norm takes out again, such as a bias before it, has no gradient but rounding: hence a share of the whole.
     */
    private void assertEachGradientIsThere(float[] rounded, float[] exact) {
        double rounding = norm(exact) * Math.pow(2, -FEW_DIGITS);
        int end = 0;
        for (Parameter parameter : net.config().parameters()) {
            int start = end;
            end += parameter.size();
            float[] mine = Arrays.copyOfRange(exact, start, end);
            assertThat(distance(Arrays.copyOfRange(rounded, start, end), mine))
                    .as("gradient of %s of %s", parameter.name(), net.config())
                    .isLessThan(norm(mine) / 4 + rounding);
        }
    }

    private static double relativeDifference(float[] rounded, float[] exact) {
        return distance(rounded, exact) / norm(exact);
    }

    private static double distance(float[] a, float[] b) {
        float[] difference = a.clone();
        for (int i = 0; i < a.length; i++) {
            difference[i] -= b[i];
        }
        return norm(difference);
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** What the denoiser gives and the gradients of its sum of squares with respect to all weights, end to end. */
    private float[][] withGradients(Emission emission) {
        boolean before = JniUtils.isGradMode();
        try (EmittedNetwork network =
                        EmittedNetwork.load(net.config(), net.spec().sigmaData(), emission, Device.cpu());
                NDManager manager = network.manager().newSubManager()) {
            NDArray[] weights = network.upload(net.weights());
            for (NDArray weight : weights) {
                weight.setRequiresGradient(true);
            }
            JniUtils.setGradMode(true);
            try (IValue list = network.list(weights)) {
                NDArray g = network.call("denoise", true, list, inputs(manager));
                NDArray sum = g.mul(g).sum();
                JniUtils.backward((PtNDArray) sum, (PtNDArray) manager.ones(sum.getShape()), false, false);
                return new float[][] {g.toFloatArray(), gradients(weights)};
            }
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    private static float[] gradients(NDArray[] weights) {
        NDList gradients = new NDList();
        for (NDArray weight : weights) {
            gradients.add(weight.getGradient().flatten());
        }
        return NDArrays.concat(gradients).toFloatArray();
    }

    /** Or the network could not find the noise of the smallest times, which nothing else tells of. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bfloat16SeesWhatIsTooFineForItInAPicture(long seed) {
        net = RandomNets.of(seed);
        Emission rounding = new Emission(true, 0);
        float[] flat = new float[ROWS * net.spec().dimension()];
        Arrays.fill(flat, 1);
        float[] noisy = flat.clone();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < noisy.length; i++) {
            // All of them are 1 to a bfloat16.
            noisy[i] += (float) (random.nextDouble() * Math.pow(2, -FEW_DIGITS - 1));
        }
        batch = RandomNets.batch(net.spec(), ROWS, new SplittableRandom(seed));
        assertThat(network(rounding, noisy)).isNotEqualTo(network(rounding, flat));
    }

    /** The one of the picture alone, beside those that shrink it: any other in float32 takes twice the memory. */
    @ParameterizedTest
    @EnumSource(SongUNetConfig.Variant.class)
    void allConvolutionsButTheFirstAreInBfloat16(SongUNetConfig.Variant variant) {
        NetworkConfig config = new SongUNetConfig(32, 3, 1, 0, 16, List.of(2, 2, 2), 2, List.of(16), variant, true, 0);
        TorchScriptOps ops = new TorchScriptOps(config.parameters(), new Emission(true, 0));
        String result = Network.of(config).forward(ops, "x", "t", "s", "labels");
        List<String> convolutions = ops.method("network", "w: List[Tensor]", result)
                .lines()
                .filter(line -> line.contains("torch.conv2d(") && line.endsWith("[1, 1], 1)"))
                .filter(line -> !line.contains(", None, "))
                .toList();
        assertThat(convolutions).hasSizeGreaterThan(20);
        assertThat(convolutions.stream().filter(line -> !line.contains(", 15)")))
                .containsExactly(convolutions.get(0));
    }

    /** F of states as they are. */
    private float[] network(Emission emission, float[] x) {
        batch = new JumpBatch(ROWS, x, batch.t(), batch.s(), batch.labels());
        try (EmittedNetwork network = EmittedNetwork.load(
                        net.config(), net.spec().sigmaData(), emission, Set.of(Method.NETWORK), Device.cpu());
                NDManager manager = network.manager().newSubManager();
                IValue weights = network.list(network.upload(net.weights()))) {
            return network.call(Method.NETWORK.text(), false, weights, inputs(manager))
                    .toFloatArray();
        }
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
            NDArray[] inputs = inputs(manager);
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

    private NDArray[] inputs(NDManager manager) {
        ModelSpec spec = net.spec();
        int classes = spec.labels().size();
        return new NDArray[] {
            manager.create(batch.x(), new Shape(ROWS, spec.channels(), spec.height(), spec.width())),
            manager.create(batch.t()),
            manager.create(batch.s()),
            manager.create(Labels.oneHot(batch.labels(), ROWS, classes), new Shape(ROWS, Math.max(1, classes)))
        };
    }
}
