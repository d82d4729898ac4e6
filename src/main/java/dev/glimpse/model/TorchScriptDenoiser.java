package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork.Method;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A model's denoiser evaluated through its emitted TorchScript, and its derivative through the engine's autograd. */
public final class TorchScriptDenoiser implements DifferentiableDenoiser {
    private static final int X = 0;
    private static final int T = 1;
    private static final int S = 2;
    private static final int LABELS = 3;
    private static final int VECTOR = 4;

    private final ModelSpec spec;
    private final Network definition;
    private final EmittedNetwork network;
    private final IValue weights;
    private final InputGradient gradient;
    private final boolean shares;
    private final InputBuffers inputs = new InputBuffers(5);

    private TorchScriptDenoiser(
            ModelSpec spec, Network definition, EmittedNetwork network, IValue weights, boolean shares) {
        this.spec = spec;
        this.definition = definition;
        this.network = network;
        this.weights = weights;
        this.gradient = new InputGradient(network.manager());
        this.shares = shares;
    }

    /**
     * Loads a denoiser on a device; call it on the thread that will evaluate it.
     *
     * @param weights one float32 array per parameter name
     */
    public static TorchScriptDenoiser load(
            ModelSpec spec, NetworkConfig config, Map<String, float[]> weights, Device device) {
        EmittedNetwork network =
                EmittedNetwork.load(config, spec.sigmaData(), Emission.EXACT, Set.of(Method.DENOISE), device);
        return new TorchScriptDenoiser(spec, Network.of(config), network, network.list(network.upload(weights)), false);
    }

    /** The denoiser of a model that is loaded already, whose network and weights stay the model's own. */
    static TorchScriptDenoiser sharing(ModelSpec spec, Network definition, EmittedNetwork network, IValue weights) {
        return new TorchScriptDenoiser(spec, definition, network, weights, true);
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public void denoise(JumpBatch batch, float[] v, float[] g, float[] products) {
        batch.require(definition);
        int rows = batch.rows();
        int size = rows * spec.dimension();
        // A thread that loaded the engine starts without grad mode; others start with it.
        JniUtils.setGradMode(true);
        try (NDManager step = network.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Shape image = new Shape(rows, spec.channels(), spec.height(), spec.width());
            NDArray x = inputs.array(step, X, batch.x(), image);
            x.setRequiresGradient(true);
            NDArray t = inputs.array(step, T, batch.t(), new Shape(rows));
            NDArray s = inputs.array(step, S, batch.s(), new Shape(rows));
            int classes = spec.labels().size();
            float[] oneHot = Labels.oneHot(batch.labels(), rows, classes);
            NDArray labels = inputs.array(step, LABELS, oneHot, new Shape(rows, Math.max(1, classes)));
            NDArray denoised = network.call("denoise", true, weights, x, t, s, labels);
            read(denoised, g, 0, size);
            for (int from = 0; from < v.length; from += size) {
                float[] vector = Arrays.copyOfRange(v, from, from + size);
                NDArray product = gradient.product(denoised, x, inputs.array(step, VECTOR, vector, image));
                read(product, products, from, size);
            }
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private static void read(NDArray array, float[] out, int from, int size) {
        array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer().get(out, from, size);
    }

    @Override
    public void close() {
        gradient.close();
        if (!shares) {
            weights.close();
            network.close();
        }
    }
}
