package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every module whose result was recorded from the official implementation, one by one, in both readings. */
class GoldenBlocksTest {
    /** The case whose modules were recorded: t = 1, s = 0.3. */
    private static final int ROW = 4;

    @ParameterizedTest
    @CsvSource({
        "song_uncond, 2e-5, EMITTED",
        "song_uncond, 2e-5, EAGER",
        "song_cond, 2e-5, EMITTED",
        "song_cond, 2e-5, EAGER",
        "song_ncsn, 5e-5, EMITTED",
        "song_ncsn, 5e-5, EAGER",
        "adm_cond, 2e-4, EMITTED",
        "adm_cond, 2e-4, EAGER"
    })
    void everyModuleEqualsTheOfficialOne(String name, double tolerance, Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        Map<String, float[]> results = record(net, reading);
        List<String> names = net.namesAfter("act/");
        assertThat(names).isNotEmpty();
        for (String module : names) {
            float[] expected = net.values("act/" + module);
            // The official network maps the labels once per time, to the same values; ours once.
            float[] actual = results.get(module.equals("map_label#2") ? "map_label" : module);
            if (module.startsWith("map_noise")) {
                expected = halvesSwapped(expected);
            }
            double scale = Math.max(1, GoldenNetworkTest.largest(expected));
            assertThat(actual).as(module).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i])).as(module).isLessThanOrEqualTo((float)
                        (tolerance * scale));
            }
        }
    }

    /** The official embedding module gives cosines, then sines; the network swaps them before use. */
    private static float[] halvesSwapped(float[] values) {
        int half = values.length / 2;
        float[] swapped = Arrays.copyOfRange(values, half, half + values.length);
        System.arraycopy(values, 0, swapped, half, half);
        return swapped;
    }

    private static Map<String, float[]> record(GoldenNet net, Reading reading) throws IOException {
        JumpBatch all = net.scaled("");
        int dimension = net.spec().dimension();
        int classes = net.config().labels();
        Map<String, float[]> weights = new HashMap<>(Recorder.identities(net.config()));
        weights.putAll(net.weights());
        List<Parameter> parameters = Stream.concat(
                        net.config().parameters().stream(), Recorder.identityParameters(net.config()).stream())
                .toList();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            JniUtils.setGradMode(false);
            NDArray[] inputs = {
                manager.create(
                        Arrays.copyOfRange(all.x(), ROW * dimension, (ROW + 1) * dimension),
                        new Shape(
                                1,
                                net.spec().channels(),
                                net.spec().height(),
                                net.spec().width())),
                manager.create(new float[] {all.t()[ROW]}),
                manager.create(new float[] {all.s()[ROW]}),
                manager.create(
                        Labels.oneHot(new int[] {all.labels()[ROW]}, 1, classes), new Shape(1, Math.max(1, classes)))
            };
            WeightUpload upload = new WeightUpload(manager);
            List<NDArray> arrays = new ArrayList<>();
            parameters.forEach(p -> arrays.add(upload.copy(p, weights.get(p.name()))));
            Network network = Network.of(net.config());
            return reading == Reading.EAGER
                    ? eager(network, parameters, arrays, inputs)
                    : emitted(network, parameters, arrays, inputs);
        }
    }

    private static Map<String, float[]> eager(
            Network network, List<Parameter> parameters, List<NDArray> arrays, NDArray... inputs) {
        Map<String, NDArray> weights = new HashMap<>();
        for (int i = 0; i < arrays.size(); i++) {
            weights.put(parameters.get(i).name(), arrays.get(i));
        }
        Map<String, float[]> results = new LinkedHashMap<>();
        Recorder<NDArray> recorder =
                new Recorder<>(new EagerOps(weights), (name, array) -> results.put(name, array.toFloatArray()));
        network.forward(recorder.ops(), inputs[0], inputs[1], inputs[2], inputs[3]);
        return results;
    }

    /** One method that returns every named variable. */
    private static Map<String, float[]> emitted(
            Network network, List<Parameter> parameters, List<NDArray> arrays, NDArray... inputs) throws IOException {
        TorchScriptOps text = new TorchScriptOps(parameters);
        Map<String, String> variables = new LinkedHashMap<>();
        Recorder<String> recorder = new Recorder<>(text, variables::put);
        network.forward(recorder.ops(), "x", "noise_t", "noise_s", "labels");
        String method = text.method(
                        "modules",
                        "w: List[Tensor], x: Tensor, noise_t: Tensor, noise_s: Tensor, labels: Tensor",
                        "[" + String.join(", ", variables.values()) + "]")
                .replace("-> Tensor:", "-> List[Tensor]:");
        PtNDManager manager = (PtNDManager) inputs[0].getManager();
        Map<String, float[]> results = new LinkedHashMap<>();
        try (PtSymbolBlock module = JniUtils.loadModule(
                        manager, new ByteArrayInputStream(TorchScriptArchive.of(method)), false, false);
                IValue weights = IValue.listFrom(arrays.toArray(PtNDArray[]::new));
                IValue x = IValue.from((PtNDArray) inputs[0]);
                IValue noiseT = IValue.from((PtNDArray) inputs[1]);
                IValue noiseS = IValue.from((PtNDArray) inputs[2]);
                IValue labels = IValue.from((PtNDArray) inputs[3]);
                IValue result = TorchMethods.run(module, "modules", false, weights, x, noiseT, noiseS, labels)) {
            NDArray[] tensors = result.toTensorArray(manager);
            int index = 0;
            for (String name : variables.keySet()) {
                results.put(name, tensors[index++].toFloatArray());
            }
        }
        return results;
    }
}
