package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.glimpse.model.EmittedNetwork.Method;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model evaluated through its emitted TorchScript: what the server runs. */
public final class TorchScriptModel implements CtmModel {
    private final ModelSpec spec;
    private final Network definition;
    private final EmittedNetwork network;
    private final IValue weights;
    private final InputBuffers inputs = new InputBuffers(4);

    private TorchScriptModel(ModelSpec spec, Network definition, EmittedNetwork network, IValue weights) {
        this.spec = spec;
        this.definition = definition;
        this.network = network;
        this.weights = weights;
    }

    /**
     * Loads a model on a device; call it on the thread that will evaluate the model.
     *
     * @param weights one float32 array per parameter name
     */
    public static TorchScriptModel load(
            ModelSpec spec, NetworkConfig config, Map<String, float[]> weights, Device device) {
        return load(spec, config, weights, Set.of(Method.DENOISE), device);
    }

    /** Loads a model that may be {@linkplain #evaluate evaluated} by some methods. */
    static TorchScriptModel load(
            ModelSpec spec, NetworkConfig config, Map<String, float[]> weights, Set<Method> methods, Device device) {
        EmittedNetwork network = EmittedNetwork.load(config, spec.sigmaData(), Emission.EXACT, methods, device);
        return new TorchScriptModel(spec, Network.of(config), network, network.list(network.upload(weights)));
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public void denoise(JumpBatch batch, float[] g) {
        batch.require(definition);
        evaluate(Method.DENOISE, batch, g);
    }

    /** Calls one of the module's methods on a batch; F takes what the network makes of times in their place. */
    void evaluate(Method method, JumpBatch batch, float[] out) {
        int rows = batch.rows();
        try (NDManager step = network.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Shape image = new Shape(rows, spec.channels(), spec.height(), spec.width());
            NDArray x = inputs.array(step, 0, batch.x(), image);
            NDArray t = inputs.array(step, 1, batch.t(), new Shape(rows));
            NDArray s = inputs.array(step, 2, batch.s(), new Shape(rows));
            int classes = spec.labels().size();
            float[] oneHot = Labels.oneHot(batch.labels(), rows, classes);
            NDArray labels = inputs.array(step, 3, oneHot, new Shape(rows, Math.max(1, classes)));
            NDArray result = network.call(method.text(), false, weights, x, t, s, labels);
            result.toByteBuffer(true)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .get(out, 0, rows * spec.dimension());
        }
    }

    @Override
    public Optional<DifferentiableDenoiser> differentiable() {
        return Optional.of(TorchScriptDenoiser.sharing(spec, definition, network, weights));
    }

    @Override
    public void close() {
        weights.close();
        network.close();
    }
}
