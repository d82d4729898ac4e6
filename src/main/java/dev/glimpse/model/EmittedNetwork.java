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
    private static final String DROPPING = "_dropping";

    private final NDManager manager;
    private final List<Parameter> parameters;
    private final PtSymbolBlock module;
    private final int dropouts;

    private EmittedNetwork(NDManager manager, List<Parameter> parameters, PtSymbolBlock module, int dropouts) {
        this.manager = manager;
        this.parameters = parameters;
        this.module = module;
        this.dropouts = dropouts;
    }

    /** Emits and loads the network on a device, in float32 and without dropout. */
    public static EmittedNetwork load(NetworkConfig config, double sigmaData, Device device) {
        return load(config, sigmaData, Emission.EXACT, device);
    }

    /** Emits and loads the network on a device. */
    public static EmittedNetwork load(NetworkConfig config, double sigmaData, Emission emission, Device device) {
        Preconditioned network = new Preconditioned(Network.of(config), sigmaData);
        List<Parameter> parameters = network.network().config().parameters();
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        // The profiling executor specialises on the shapes it meets: its first calls are slow, later ones no faster.
        JniUtils.setGraphExecutorOptimize(false);
        byte[] archive = TorchScriptArchive.of(source(network, parameters, emission));
        try {
            PtSymbolBlock module =
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
            return new EmittedNetwork(manager, parameters, module, dropouts(network, parameters, emission));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** The module's source text. */
    private static String source(Preconditioned network, List<Parameter> parameters, Emission emission) {
        String arguments = "w: List[Tensor], x: Tensor, t: Tensor, s: Tensor, labels: Tensor";
        Emission plain = emission.withoutDropout();
        TorchScriptOps raw = new TorchScriptOps(parameters, plain);
        String f = raw.method(
                "network",
                "w: List[Tensor], x: Tensor, noise_t: Tensor, noise_s: Tensor, labels: Tensor",
                network.network().forward(raw, "x", "noise_t", "noise_s", "labels"));
        String methods = f + methods(network, new Writer(parameters, plain, "", arguments));
        return emission.dropout() == 0
                ? methods
                : methods + methods(network, new Writer(parameters, emission, DROPPING, arguments + ", keys: Tensor"));
    }

    private record Writer(List<Parameter> parameters, Emission emission, String suffix, String arguments) {}

    private static String methods(Preconditioned network, Writer writer) {
        TorchScriptOps denoise = new TorchScriptOps(writer.parameters(), writer.emission());
        String g = denoise.method(
                "denoise" + writer.suffix(), writer.arguments(), network.denoise(denoise, "x", "t", "s", "labels"));
        if (!network.network().config().jumps()) {
            return g;
        }
        TorchScriptOps jump = new TorchScriptOps(writer.parameters(), writer.emission());
        return g
                + jump.method(
                        "jump" + writer.suffix(), writer.arguments(), network.jump(jump, "x", "t", "s", "labels"));
    }

    /** Dropouts of one forward, each of which takes a key. */
    private static int dropouts(Preconditioned network, List<Parameter> parameters, Emission emission) {
        TorchScriptOps ops = new TorchScriptOps(parameters, emission);
        network.denoise(ops, "x", "t", "s", "labels");
        return ops.dropouts();
    }

    /** Keys that the methods with dropout take: one for each place that drops. */
    public int dropouts() {
        return dropouts;
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
     * @throws RuntimeException if the device has no room for them; then the network is closed, with what it had taken,
     *     as after any error
     */
    public NDArray[] upload(Map<String, float[]> values) {
        try {
            WeightUpload upload = new WeightUpload(manager);
            return parameters.stream()
                    .map(p -> upload.copy(p, values.get(p.name())))
                    .toArray(NDArray[]::new);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
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
     * @param method network, denoise or jump; with the ending _dropping and the keys as one input more, the last two
     *     with dropout
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
