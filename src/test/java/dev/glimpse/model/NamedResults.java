package dev.glimpse.model;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every result on the way through a raw network that has a name, in either reading. */
final class NamedResults {
    /** Name of what the network makes of t, taken as if the batch's times were times. */
    static final String NOISE_T = "noise_t of t";

    /** The same of s. */
    static final String NOISE_S = "noise_s of s";

    private final Network network;
    private final List<Parameter> parameters;
    private final List<NDArray> weights = new ArrayList<>();
    private final NDArray[] inputs;

    private NamedResults(GoldenNet net, JumpBatch batch, NDManager manager) {
        network = Network.of(net.config());
        parameters = Stream.concat(
                        net.config().parameters().stream(), Recorder.identityParameters(net.config()).stream())
                .toList();
        Map<String, float[]> values = new HashMap<>(Recorder.identities(net.config()));
        values.putAll(net.weights());
        WeightUpload upload = new WeightUpload(manager);
        parameters.forEach(p -> weights.add(upload.copy(p, values.get(p.name()))));
        int rows = batch.rows();
        int classes = net.config().labels();
        int size = net.config().imageSize();
        inputs = new NDArray[] {
            manager.create(batch.x(), new Shape(rows, net.config().imageChannels(), size, size)),
            manager.create(batch.t()),
            manager.create(batch.s()),
            manager.create(Labels.oneHot(batch.labels(), rows, classes), new Shape(rows, Math.max(1, classes)))
        };
    }

    /**
     * Walks through a network once.
     *
     * @param batch what enters F: scaled states and logarithms of times
     */
    static Map<String, float[]> of(Reading reading, GoldenNet net, JumpBatch batch) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            JniUtils.setGradMode(false);
            NamedResults results = new NamedResults(net, batch, manager);
            return reading == Reading.EAGER ? results.eager() : results.emitted((PtNDManager) manager);
        }
    }

    private Map<String, float[]> eager() {
        Map<String, NDArray> arrays = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            arrays.put(parameters.get(i).name(), weights.get(i));
        }
        Map<String, float[]> results = new LinkedHashMap<>();
        walk(
                new Recorder<>(new EagerOps(arrays), (name, array) -> results.put(name, array.toFloatArray())),
                inputs[0],
                inputs[1],
                inputs[2],
                inputs[3]);
        return results;
    }

    /** One method that returns every named variable, where the writer lets a method return a single one. */
    private Map<String, float[]> emitted(PtNDManager manager) throws IOException {
        TorchScriptOps text = new TorchScriptOps(parameters, Emission.EXACT);
        Map<String, String> variables = new LinkedHashMap<>();
        walk(new Recorder<>(text, variables::put), "x", "t", "s", "labels");
        String method = text.method("modules", "w: List[Tensor], x: Tensor, t: Tensor, s: Tensor, labels: Tensor", "x")
                .replace("-> Tensor:", "-> List[Tensor]:")
                .replace("return torch.contiguous(x)", "return [" + String.join(", ", variables.values()) + "]");
        Map<String, float[]> results = new LinkedHashMap<>();
        byte[] archive = TorchScriptArchive.of(method);
        try (PtSymbolBlock module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
                IValue list = IValue.listFrom(weights.toArray(PtNDArray[]::new));
                IValue x = IValue.from((PtNDArray) inputs[0]);
                IValue t = IValue.from((PtNDArray) inputs[1]);
                IValue s = IValue.from((PtNDArray) inputs[2]);
                IValue labels = IValue.from((PtNDArray) inputs[3]);
                IValue result = TorchMethods.run(module, "modules", false, list, x, t, s, labels)) {
            NDArray[] tensors = result.toTensorArray(manager);
            int index = 0;
            for (String name : variables.keySet()) {
                results.put(name, tensors[index++].toFloatArray());
            }
        }
        return results;
    }

    private <T> void walk(Recorder<T> recorder, T x, T t, T s, T labels) {
        NetworkOps<T> ops = recorder.ops();
        recorder.record(NOISE_T, network.noise(ops, t));
        recorder.record(NOISE_S, network.noise(ops, s));
        network.forward(ops, x, t, s, labels);
    }
}
