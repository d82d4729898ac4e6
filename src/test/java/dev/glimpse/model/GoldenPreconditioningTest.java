package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The scalings around a network against numbers recorded from the official implementation. */
class GoldenPreconditioningTest {
    private final GoldenNet net;
    private final Preconditioned preconditioned;

    GoldenPreconditioningTest() throws IOException {
        net = GoldenNet.of("song_uncond");
        preconditioned = new Preconditioned(Network.of(net.config()), net.spec().sigmaData());
    }

    @Test
    void scalingsAreTheOfficialOnes() {
        JniUtils.setGradMode(false);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            JumpBatch batch = net.batch("");
            ModelSpec spec = net.spec();
            NDArray x =
                    manager.create(batch.x(), new Shape(batch.rows(), spec.channels(), spec.height(), spec.width()));
            List<float[]> scalings = new ArrayList<>();
            preconditioned.denoise(
                    recording(eager(manager), scalings),
                    x,
                    manager.create(batch.t()),
                    manager.create(batch.s()),
                    manager.zeros(new Shape(batch.rows(), 1)));
            assertThat(scalings).hasSize(3);
            assertClose(scalings.get(0), "c_in");
            assertClose(scalings.get(1), "c_skip");
            assertClose(scalings.get(2), "c_out");
        }
    }

    @Test
    void noiseConditioningIsTheOfficialOneForBothTimes() {
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            EagerOps ops = new EagerOps(Map.of());
            JumpBatch batch = net.batch("");
            Network network = preconditioned.network();
            assertClose(network.noise(ops, manager.create(batch.t())).toFloatArray(), "c_noise_t");
            assertClose(network.noise(ops, manager.create(batch.s())).toFloatArray(), "c_noise_s");
        }
    }

    private EagerOps eager(NDManager manager) {
        Map<String, NDArray> arrays = new HashMap<>();
        Map<String, float[]> weights = net.weights();
        for (Parameter parameter : net.config().parameters()) {
            long[] shape =
                    parameter.shape().stream().mapToLong(Integer::longValue).toArray();
            arrays.put(parameter.name(), manager.create(weights.get(parameter.name()), new Shape(shape)));
        }
        return new EagerOps(arrays);
    }

    /** Operations that keep what rows are scaled by, which only the scalings around the network do. */
    @SuppressWarnings("unchecked")
    private static NetworkOps<NDArray> recording(EagerOps ops, List<float[]> scalings) {
        return (NetworkOps<NDArray>) Proxy.newProxyInstance(
                NetworkOps.class.getClassLoader(), new Class<?>[] {NetworkOps.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("scaleRows")) {
                        scalings.add(((NDArray) arguments[1]).toFloatArray());
                    }
                    return method.invoke(ops, arguments);
                });
    }

    private void assertClose(float[] actual, String name) {
        float[] official = net.values(name);
        assertThat(actual).hasSameSizeAs(official);
        for (int i = 0; i < official.length; i++) {
            assertThat((double) actual[i])
                    .as("%s of row %d", name, i)
                    .isCloseTo(official[i], within(2e-6 * Math.max(1, Math.abs(official[i]))));
        }
    }
}
