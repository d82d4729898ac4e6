package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a shard on another device reads; the devices are the same here, the copies are not. */
class StepTensorsTest {
    @Test
    void copiesHaveTheValuesAndTheDuties() {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager home = ops.manager().newSubManager();
                NDManager away = ops.manager().newSubManager()) {
            NDArray weight = home.create(new float[] {1, -2});
            weight.setRequiresGradient(true);
            NDArray average = home.create(new float[] {0.5f});
            CriticTensors critic = new CriticTensors(
                    new NDArray[] {weight}, new NDArray[] {average}, new NDArray[] {average}, new NDArray[] {average});
            StepTensors tensors = new StepTensors(new NDArray[] {weight}, new NDArray[] {average}, List.of(critic));

            StepTensors copies = tensors.copy(ops, away);
            ops.scale(away, new NDArray[] {average}, 8);

            assertThat(copies.student()[0].toFloatArray()).containsExactly(1, -2);
            assertThat(copies.student()[0].getManager()).isSameAs(away);
            assertThat(copies.student()[0].hasGradient()).isTrue();
            assertThat(copies.target()[0].toFloatArray()).containsExactly(0.5f);
            assertThat(copies.target()[0].hasGradient()).isFalse();
            assertThat(copies.critics().get(0).weights()[0].hasGradient()).isTrue();
            assertThat(copies.critics().get(0).u()[0].toFloatArray()).containsExactly(0.5f);
        }
    }

    @Test
    void copyingEachStepLeavesNothingBehind() throws ReflectiveOperationException {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager home = ops.manager().newSubManager()) {
            NDArray[] weights = {home.create(new float[] {1}), home.create(new float[] {2})};
            StepTensors tensors = new StepTensors(weights, weights, List.of());
            int before = owned(home) + owned(ops.manager());

            for (int step = 0; step < 3; step++) {
                try (NDManager away = ops.manager().newSubManager()) {
                    assertThat(tensors.copy(ops, away).student()).hasSize(2);
                }
            }

            assertThat(owned(home) + owned(ops.manager())).isEqualTo(before);
        }
    }

    /** Tensors and managers alike; the engine's own count leaves managers out. */
    static int owned(NDManager manager) throws ReflectiveOperationException {
        Field resources = BaseNDManager.class.getDeclaredField("resources");
        resources.setAccessible(true);
        return ((Map<?, ?>) resources.get(manager)).size();
    }
}
