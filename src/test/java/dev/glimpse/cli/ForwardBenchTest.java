package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForwardBenchTest {
    /** Half of the last of 10 bits. */
    private static final float APART = 5e-4f;

    @Test
    void formsThatAgreeAreTimed() {
        ForwardBench.Result result = new ForwardBench(new Constant(1), new Constant(1), 3, Optional.empty()).measure(2);
        assertThat(result.rows()).isEqualTo(2);
        assertThat(result.difference()).isZero();
    }

    @Test
    void disagreementNamesTheRoundingOfTheDevice() {
        Optional<String> rounding = Tf32.note(ComputeDevice.gpu(0), null);
        assertThatThrownBy(() -> new ForwardBench(new Constant(1), new Constant(1 + APART), 3, rounding).measure(2))
                .hasMessageMatching(
                        "emitted and eager network differ by [^ ]+ of [^ ]+ at 2 rows \\(tolerated: 1.0E-4 of"
                                + " the largest value; convolutions round their inputs to TF32, 10 bits, unless"
                                + " NVIDIA_TF32_OVERRIDE is 0\\)");
        assertThatThrownBy(() ->
                        new ForwardBench(new Constant(1), new Constant(1 + APART), 3, Optional.empty()).measure(2))
                .hasMessageEndingWith("(tolerated: 1.0E-4 of the largest value)");
    }

    @Test
    void gpusRoundUnlessTheyAreToldNotTo() {
        assertThat(Tf32.note(ComputeDevice.gpu(1), null)).isPresent();
        assertThat(Tf32.note(ComputeDevice.gpu(1), "1")).isPresent();
        assertThat(Tf32.note(ComputeDevice.gpu(1), "0")).isEmpty();
        assertThat(Tf32.note(ComputeDevice.cpu(), null)).isEmpty();
    }

    /** Gives one number everywhere. */
    private record Constant(float value) implements CtmModel {
        @Override
        public ModelSpec spec() {
            return new ModelSpec(1, 2, 2, List.of(), 0.002, 80, 0.5, 7, true);
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            Arrays.fill(g, value);
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
