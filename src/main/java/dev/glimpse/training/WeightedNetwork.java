package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;

/**
 * A network with the weights it is evaluated with during one microbatch.
 *
 * <p>Confined to the thread that loaded the network.
 */
final class WeightedNetwork implements AutoCloseable {
    private final EmittedNetwork network;
    private final IValue weights;

    WeightedNetwork(EmittedNetwork network, NDArray... weights) {
        this.network = network;
        this.weights = network.list(weights);
    }

    /** g(x, t, t), outside any graph unless {@code graph}. */
    NDArray denoise(Rows rows, NDArray x, NDArray t, boolean graph) {
        return call("denoise", graph, x, t, t, rows.labels());
    }

    /** G(x, t, s), outside any graph unless {@code graph}. */
    NDArray jump(Rows rows, NDArray x, NDArray t, NDArray s, boolean graph) {
        return call("jump", graph, x, t, s, rows.labels());
    }

    private NDArray call(String method, boolean graph, NDArray... inputs) {
        // Always through the graph-capable call: results of inference mode cannot enter a loss.
        JniUtils.setGradMode(graph);
        try {
            return network.call(method, true, weights, inputs);
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
