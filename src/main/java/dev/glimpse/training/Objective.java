package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import dev.glimpse.model.Parameter;
import java.util.List;
import java.util.stream.IntStream;

/** What a run's goal makes of a microbatch: losses and their gradients. */
interface Objective extends AutoCloseable {
    /**
     * @param student the network's weights, of which gradients of the trained ones are returned
     * @param target the moving average that jumps are carried on by; not read by a denoiser
     */
    Losses compute(Rows rows, NDArray[] student, NDArray[] target);

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
