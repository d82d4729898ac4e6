package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.TorchMethods;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A network written down as TorchScript and loaded into the engine: one native call per forward.
 *
 * <p>The module holds no weights; each call brings its own list, so server, student, teacher and moving average share
 * one module. It holds the {@linkplain Method methods} it was loaded with.
 *
 * <p>Confined to the thread that loaded it: the engine's optimiser setting and grad mode belong to threads.
 */
public final class EmittedNetwork implements AutoCloseable {
    private static final String DROPPING = "_dropping";

    private final LoadedModule loaded;
    private final List<Parameter> parameters;
    private final int dropouts;

    private EmittedNetwork(LoadedModule loaded, List<Parameter> parameters, int dropouts) {
        this.loaded = loaded;
        this.parameters = parameters;
        this.dropouts = dropouts;
    }

    /** What a module may be asked for; each is compiled when it is loaded, and holds the whole network. */
    enum Method {
        /** The raw F, of scaled states and of what the network makes of times. */
        NETWORK,
        /** g. */
        DENOISE,
        /** G, of a network that jumps. */
        JUMP;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Emits and loads the network on a device, for training in float32 and without dropout. */
    public static EmittedNetwork load(NetworkConfig config, double sigmaData, Device device) {
        return load(config, sigmaData, Emission.EXACT, device);
    }

    /** Emits and loads the network on a device, for training: its denoiser and its jumps. */
    public static EmittedNetwork load(NetworkConfig config, double sigmaData, Emission emission, Device device) {
        return load(config, sigmaData, emission, EnumSet.of(Method.DENOISE, Method.JUMP), device);
    }

    /** Emits and loads some methods of the network on a device. */
    static EmittedNetwork load(
            NetworkConfig config, double sigmaData, Emission emission, Set<Method> methods, Device device) {
        Preconditioned network = new Preconditioned(Network.of(config), sigmaData);
        List<Parameter> parameters = network.network().config().parameters();
        int dropouts = dropouts(network, parameters, emission);
        byte[] archive = TorchScriptArchive.of(source(network, parameters, emission, methods));
        return new EmittedNetwork(LoadedModule.of(archive, device), parameters, dropouts);
    }

    /** The module's source text. */
    private static String source(
            Preconditioned network, List<Parameter> parameters, Emission emission, Set<Method> methods) {
        Writer plain = new Writer(network, parameters, emission.withoutDropout(), "");
        Writer dropping = new Writer(network, parameters, emission, DROPPING);
        StringBuilder text = new StringBuilder();
        for (Method method : Method.values()) {
            if (methods.contains(method)
                    && (method != Method.JUMP || network.network().config().jumps())) {
                text.append(plain.write(method));
                if (method != Method.NETWORK && emission.dropout() > 0) {
                    text.append(dropping.write(method));
                }
            }
        }
        return text.toString();
    }

    private record Writer(Preconditioned network, List<Parameter> parameters, Emission emission, String suffix) {
        String write(Method method) {
            TorchScriptOps ops = new TorchScriptOps(parameters, emission);
            String result = switch (method) {
                case NETWORK -> network.network().forward(ops, "x", "t", "s", "labels");
                case DENOISE -> network.denoise(ops, "x", "t", "s", "labels");
                case JUMP -> network.jump(ops, "x", "t", "s", "labels");
            };
            String arguments = "w: List[Tensor], x: Tensor, t: Tensor, s: Tensor, labels: Tensor";
            String keys = suffix.isEmpty() ? "" : ", keys: Tensor";
            return ops.method(method.text() + suffix, arguments + keys, result);
        }
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
            WeightUpload upload = new WeightUpload(manager());
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
     * @param method network, denoise or jump, where the module holds it; with the ending _dropping and the keys as one
     *     input more, the last two with dropout
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
        try (IValue result = TorchMethods.run(loaded.module(), method, gradients, arguments)) {
            return result.toTensor((PtNDManager) inputs[0].getManager());
        } finally {
            for (int i = 1; i < arguments.length; i++) {
                arguments[i].close();
            }
        }
    }

    /** The manager that owns the module and its weights. */
    public NDManager manager() {
        return loaded.manager();
    }

    @Override
    public void close() {
        loaded.close();
    }
}
