package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;
import java.util.Arrays;

/**
 * A network with the weights it is evaluated with during one microbatch.
 *
 * <p>Confined to the thread that loaded the network.
 */
final class WeightedNetwork implements AutoCloseable {
    private final EmittedNetwork network;
    private final DropoutKeys dropout;
    private final IValue weights;

    /** A network that drops nothing. */
    WeightedNetwork(EmittedNetwork network, NDArray... weights) {
        this(network, DropoutKeys.none(), weights);
    }

    WeightedNetwork(EmittedNetwork network, DropoutKeys dropout, NDArray... weights) {
        this.network = network;
        this.dropout = dropout;
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
            if (!dropout.drop()) {
                return network.call(method, true, weights, inputs);
            }
            NDArray[] all = Arrays.copyOf(inputs, inputs.length + 1);
            all[inputs.length] = inputs[0].getManager().create(dropout.next());
            return network.call(method + "_dropping", true, weights, all);
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
