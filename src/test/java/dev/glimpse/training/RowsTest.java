package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.Upload;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class RowsTest {
    private static final Shape PICTURE = new Shape(3, 64, 64);
    private static final int DIMENSION = 3 * 64 * 64;

    /** The launcher allows 256 MB to all threads, each of which has a microbatch of its own. */
    @Test
    void microbatchOfAnySizeTakesLittleDirectMemory() {
        int rows = 300;
        float[] x0 = new float[rows * DIMENSION];
        for (int i = 0; i < x0.length; i++) {
            x0[i] = i % 1009;
        }
        float[] sigma = new float[rows];
        Draw draw = new Draw(new Draw.Origin(1, 0, 0), x0, new int[rows], new Draw.Levels(sigma, x0), null);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            long before = direct();
            Rows microbatch = new Rows(manager, new Upload(), draw, PICTURE, 0);
            NDArray noisy = microbatch.noisy(sigma, x0);

            assertThat(direct() - before).isLessThan(4L << 20);
            assertThat(noisy.getShape()).isEqualTo(new Shape(rows, 3, 64, 64));
            assertThat(noisy.toFloatArray()).isEqualTo(x0);
            assertThat(microbatch.clean().toFloatArray()).isEqualTo(x0);
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }
}
