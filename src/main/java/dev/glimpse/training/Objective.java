package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import dev.glimpse.model.Parameter;
import java.util.List;
import java.util.stream.IntStream;

/** What a run's goal makes of a microbatch: losses and their gradients. */
interface Objective extends AutoCloseable {
    /**
     * What a microbatch is computed with.
     *
     * @param student the network's weights
     * @param target the moving average that jumps are carried on by; not read by a denoiser
     * @param dropout keys for both
     * @param phase what the step updates
     * @param critics empty where the step has no adversarial loss
     */
    record Weights(
            NDArray[] student, NDArray[] target, DropoutKeys dropout, Goal.Phase phase, List<CriticTensors> critics) {}

    /** Gradients are those of the weights that the phase updates. */
    Losses compute(Rows rows, Weights weights);

    /** Those of a network's tensors that training changes. */
    static NDArray[] trained(List<Parameter> parameters, NDArray[] weights) {
        return IntStream.range(0, weights.length)
                .filter(i -> parameters.get(i).trained())
                .mapToObj(i -> weights[i])
                .toArray(NDArray[]::new);
    }

    @Override
    void close();
}
