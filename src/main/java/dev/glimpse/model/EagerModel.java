package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork.Method;
import java.util.HashMap;
import java.util.Map;

/**
 * A model evaluated with DJL arrays, operation by operation: the oracle of {@link TorchScriptModel} and its fallback.
 */
public final class EagerModel implements CtmModel {
    private final ModelSpec spec;
    private final Preconditioned network;
    private final NDManager manager;
    private final EagerOps ops;

    private EagerModel(ModelSpec spec, Preconditioned network, NDManager manager, EagerOps ops) {
        this.spec = spec;
        this.network = network;
        this.manager = manager;
        this.ops = ops;
    }

    /**
     * Loads a model on a device; call it on the thread that will evaluate the model.
     *
     * @param weights one float32 array per parameter name
     */
    public static EagerModel load(ModelSpec spec, NetworkConfig config, Map<String, float[]> weights, Device device) {
        Preconditioned network = new Preconditioned(Network.of(config), spec.sigmaData());
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
        Map<String, NDArray> arrays = new HashMap<>();
        try {
            WeightUpload upload = new WeightUpload(manager);
            for (Parameter parameter : network.network().config().parameters()) {
                arrays.put(parameter.name(), upload.copy(parameter, weights.get(parameter.name())));
            }
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
        return new EagerModel(spec, network, manager, new EagerOps(arrays));
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public void denoise(JumpBatch batch, float[] g) {
        batch.require(network.network());
        evaluate(Method.DENOISE, batch, g);
    }

    void evaluate(Method method, JumpBatch batch, float[] out) {
        // Grad mode belongs to the thread and starts switched on; a graph would keep every intermediate alive.
        JniUtils.setGradMode(false);
        int rows = batch.rows();
        int classes = spec.labels().size();
        try (NDManager step = manager.newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray x = step.create(batch.x(), new Shape(batch.x().length))
                    .get("0:" + rows * spec.dimension())
                    .reshape(rows, spec.channels(), spec.height(), spec.width());
            NDArray t = step.create(batch.t()).get("0:" + rows);
            NDArray s = step.create(batch.s()).get("0:" + rows);
            NDArray labels =
                    step.create(Labels.oneHot(batch.labels(), rows, classes), new Shape(rows, Math.max(1, classes)));
            NDArray result = switch (method) {
                case NETWORK -> network.network().forward(ops, x, t, s, labels);
                case DENOISE -> network.denoise(ops, x, t, s, labels);
                case JUMP -> network.jump(ops, x, t, s, labels);
            };
            float[] values = result.toFloatArray();
            System.arraycopy(values, 0, out, 0, values.length);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
