package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTypeTest {
    private static Object read(TensorType type, String bits) {
        ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        return type.read(bytes.putShort(0, (short) Integer.parseInt(bits, 16)));
    }

    /** Bits and values are those that NumPy gives. */
    @ParameterizedTest
    @CsvSource({
        "0000, 0",
        "8000, -0.0",
        "0001, 5.960464477539063e-8",
        "83ff, -6.097555160522461e-5",
        "0400, 6.103515625e-5",
        "3c00, 1",
        "b800, -0.5",
        "3555, 0.333251953125",
        "7bff, 65504",
        "7c00, Infinity",
        "fc00, -Infinity",
        "7e00, NaN"
    })
    void halvesAreWidened(String bits, double value) {
        assertThat(read(TensorType.FP16, bits)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"0000, 0", "3f80, 1", "bf00, -0.5", "42a0, 80", "7f80, Infinity", "7fc0, NaN"})
    void upperHalvesAreWidened(String bits, double value) {
        assertThat(read(TensorType.BF16, bits)).isEqualTo(value);
    }
}
