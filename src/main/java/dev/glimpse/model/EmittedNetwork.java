package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchMethods;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A network written down as TorchScript and loaded into the engine: one native call per forward.
 *
 * <p>The module holds no weights; each call brings its own list, so server, student, teacher and moving average share
 * one module. Methods: {@code network} (raw F), {@code denoise} (g) and, of a network that jumps, {@code jump} (G).
 *
 * <p>Confined to the thread that loaded it: the engine's optimiser setting and grad mode belong to threads.
 */
public final class EmittedNetwork implements AutoCloseable {
    private final NDManager manager;
    private final List<Parameter> parameters;
    private final PtSymbolBlock module;

    private EmittedNetwork(NDManager manager, List<Parameter> parameters, PtSymbolBlock module) {
        this.manager = manager;
        this.parameters = parameters;
        this.module = module;
    }

    /** Emits and loads the network on a device. */
    public static EmittedNetwork load(NetworkConfig config, double sigmaData, Device device) {
        Preconditioned network = new Preconditioned(Network.of(config), sigmaData);
        List<Parameter> parameters = network.network().config().parameters();
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        // The profiling executor specialises on the shapes it meets: its first calls are slow, later ones no faster.
        JniUtils.setGraphExecutorOptimize(false);
        byte[] archive = TorchScriptArchive.of(source(network, parameters));
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
            return new EmittedNetwork(manager, parameters, module);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** The module's source text. */
    static String source(Preconditioned network, List<Parameter> parameters) {
        TorchScriptOps raw = new TorchScriptOps(parameters);
        String f = raw.method(
                "network",
                "w: List[Tensor], x: Tensor, noise_t: Tensor, noise_s: Tensor, labels: Tensor",
                network.network().forward(raw, "x", "noise_t", "noise_s", "labels"));
        String arguments = "w: List[Tensor], x: Tensor, t: Tensor, s: Tensor, labels: Tensor";
        TorchScriptOps denoise = new TorchScriptOps(parameters);
        String g = denoise.method(
                "denoise", arguments, "torch.contiguous(" + network.denoise(denoise, "x", "t", "s", "labels") + ")");
        if (!network.network().config().jumps()) {
            return f + g;
        }
        TorchScriptOps jump = new TorchScriptOps(parameters);
        return f + g + jump.method("jump", arguments, network.jump(jump, "x", "t", "s", "labels"));
    }

    /** The parameters in the order of the weight list. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Copies weights to the device.
     *
     * @param values one float32 array per parameter name
     * @return arrays in the order of {@link #parameters}, owned by this network until it closes
     */
    public NDArray[] upload(Map<String, float[]> values) {
        WeightUpload upload = new WeightUpload(manager);
        return parameters.stream()
                .map(p -> upload.copy(p, values.get(p.name())))
                .toArray(NDArray[]::new);
    }

    /** The weights as one argument for many calls; the caller closes it. */
    public IValue list(NDArray... weights) {
        PtNDArray[] arrays = new PtNDArray[weights.length];
        System.arraycopy(weights, 0, arrays, 0, weights.length);
        return IValue.listFrom(arrays);
    }

    /**
     * Calls one of the module's methods.
     *
     * @param method network, denoise or jump
     * @param gradients whether the result may take part in a gradient graph (subject to the thread's grad mode);
     *     otherwise inference mode
     * @param weights from {@link #list}
     * @param inputs x [B, C, H, W], two vectors [B] and labels [B, max(1, classes)]
     * @return [B, C, H, W], owned by the manager of the first input
     */
    public NDArray call(String method, boolean gradients, IValue weights, NDArray... inputs) {
        IValue[] arguments = new IValue[inputs.length + 1];
        arguments[0] = weights;
        for (int i = 0; i < inputs.length; i++) {
            arguments[i + 1] = IValue.from((PtNDArray) inputs[i]);
        }
        try (IValue result = TorchMethods.run(module, method, gradients, arguments)) {
            return result.toTensor((PtNDManager) inputs[0].getManager());
        } finally {
            for (int i = 1; i < arguments.length; i++) {
                arguments[i].close();
            }
        }
    }

    /** The manager that owns the module and its weights. */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
