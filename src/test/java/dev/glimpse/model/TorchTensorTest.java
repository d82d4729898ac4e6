package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows that no storage of six values has. */
class TorchTensorTest {
    private static final List<Long> SHAPE = List.of(2L, 3L);
    private static final List<Long> STRIDES = List.of(3L, 1L);

    @Test
    void windowsBeyondTheirStorageAreRefused() {
        refused(1, SHAPE, STRIDES, "offset 1 (expected: within the 6 values of storage 0)");
        refused(0, SHAPE, List.of(4L, 1L), "strides [4, 1], offset 0 (expected: within");
        refused(0, List.of(1L << 62, 1L << 62), List.of(1L << 62, 1L), "(expected: within");
        refused(0, List.of(1L << 62), List.of(1L), "(expected: within");
        refused(7, List.of(0L), List.of(1L), "offset 7 (expected: within");
    }

    @Test
    void negativeSizesStridesAndOffsetsAreRefused() {
        refused(0, List.of(-2L, 3L), STRIDES, "(expected: nothing negative)");
        refused(5, SHAPE, List.of(-3L, 1L), "(expected: nothing negative)");
        refused(-1, SHAPE, STRIDES, "(expected: nothing negative)");
        assertThatThrownBy(() -> new TorchStorage(ElementType.F32, "0", -6))
                .hasMessage("storage 0: -6 values (expected: at least 0)");
    }

    @Test
    void moreValuesThanAnArrayHoldsAreRefused() {
        refused(0, List.of(1L << 40), List.of(0L), "(expected: less than 2^31 values)");
        refused(0, List.of(1L << 40, 1L << 40), List.of(0L, 0L), "(expected: less than 2^31 values)");
    }

    @Test
    void everySizeHasAStride() {
        refused(0, SHAPE, List.of(1L), "with strides [1] (expected: as many of each");
    }

    private static void refused(long offset, List<Long> shape, List<Long> strides, String message) {
        TorchStorage storage = new TorchStorage(ElementType.F32, "0", 6);
        assertThatThrownBy(() -> new TorchTensor(storage, offset, shape, strides))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
