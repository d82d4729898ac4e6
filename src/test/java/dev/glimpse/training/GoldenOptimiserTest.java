package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.glimpse.testing.GoldenTensors;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RAdam against trajectories of torch.optim.RAdam, through its plain steps into its rectified ones. */
class GoldenOptimiserTest {
    @ParameterizedTest
    @CsvSource({"radam_student, 4e-4, 0.9, 0.999", "radam_disc, 2e-3, 0.5, 0.9"})
    void radamMovesAsPyTorchs(String run, double rate, double beta1, double beta2) {
        GoldenTensors golden = GoldenTensors.load("misc");
        float[] grads = golden.floats("radam/grads");
        float[] expected = golden.floats(run + "/params_after");
        int size = golden.floats("radam/p0").length;
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            NDArray[] weights = {manager.create(golden.floats("radam/p0")).duplicate()};
            Optimiser optimiser = new Optimiser(
                    ops,
                    new Optimiser.Rule(Schedule.OptimiserKind.RADAM, beta1, beta2),
                    weights,
                    new NDArray[] {manager.zeros(weights[0].getShape())},
                    new NDArray[] {manager.zeros(weights[0].getShape())},
                    0);
            for (int step = 0; step < grads.length / size; step++) {
                float[] gradient = Arrays.copyOfRange(grads, step * size, (step + 1) * size);
                optimiser.update(manager, new NDArray[] {manager.create(gradient)}, rate);
                float[] after = weights[0].toFloatArray();
                for (int i = 0; i < size; i++) {
                    assertThat(after[i])
                            .as("value %d after step %d", i, step)
                            .isCloseTo(expected[step * size + i], within(1e-6f));
                }
            }
        }
    }
}
