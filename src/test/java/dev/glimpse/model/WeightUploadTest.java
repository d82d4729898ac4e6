package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightUploadTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 18, (1 << 18) + 1, 1_000_003})
    void tensorsOfAnySizeArriveToTheBit(int size) {
        float[] values = random(size);
        float[] others = random(size / 2 + 1);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            WeightUpload upload = new WeightUpload(manager);
            NDArray array = upload.copy(parameter(1, size), values);
            NDArray other = upload.copy(parameter(others.length), others);
            assertThat(array.getShape().getShape()).containsExactly(1, size);
            assertThat(array.toFloatArray()).isEqualTo(values);
            assertThat(other.toFloatArray()).isEqualTo(others);
        }
    }

    /** Workers load at once, and the launcher allows all of them 256 MB. */
    @Test
    void directMemoryDoesNotGrowWithTheTensor() {
        float[] values = random(16 << 20);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            long before = direct();
            WeightUpload upload = new WeightUpload(manager);
            NDArray array = upload.copy(parameter(16, 1 << 20), values);
            assertThat(direct() - before).isLessThan(4 << 20);
            assertThat(array.size()).isEqualTo(values.length);
            assertThat(upload.copy(parameter(1), new float[] {3}).toFloatArray())
                    .containsExactly(3);
        }
    }

    @Test
    void whateverFailsOnTheWayTheMemoryIsGivenBack() {
        SongUNetConfig small = new SongUNetConfig(8, 1, 1, 0, 8, List.of(1), 1, List.of());
        EmittedNetwork network = EmittedNetwork.load(small, 0.5, Device.cpu());
        Map<String, float[]> failing = new HashMap<>() {
            @Override
            public float[] get(Object name) {
                throw new OutOfMemoryError("as a full heap would");
            }
        };
        assertThatThrownBy(() -> network.upload(failing)).isInstanceOf(OutOfMemoryError.class);
        assertThat(network.manager().isOpen()).isFalse();
    }

    private static Parameter parameter(Integer... shape) {
        return new Parameter("w", List.of(shape), Start.constant(0));
    }

    private static float[] random(int size) {
        Random random = new Random(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }
}
