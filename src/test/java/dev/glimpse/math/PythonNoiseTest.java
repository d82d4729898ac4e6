package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the documented noise rule to its promise: a client without our code makes the same bits. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PythonNoiseTest {
    private static final String SCRIPT = "clients/python/noise.py";

    @ParameterizedTest(name = "seed {0}, sample {1}")
    @CsvSource({"0, 0", "42, 0", "42, 7", "-1, 3", "1311768467463790320, 0", "-9223372036854775808, 2147483647"})
    void pythonMakesTheSameInitialNoiseToTheBit(long seed, int sample) throws Exception {
        float[] x = new float[30_001];
        NoiseStream.initial(x, 80, seed, sample);
        assertThat(python(SCRIPT, seed, sample, x.length, 80)).isEqualTo(x);
    }

    @Test
    void pythonMakesTheSameAddedNoiseToTheBit() throws Exception {
        float[] x = new float[784];
        NoiseStream.addNoise(x, 0.1f, 42, 1, 3);
        assertThat(python(SCRIPT, 42, 1, x.length, 0.1, 3)).isEqualTo(x);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void pythonDrawsTheSameLabels(int classes) throws Exception {
        float[] labels = new float[200];
        for (int sample = 0; sample < labels.length; sample++) {
            labels[sample] = NoiseStream.label(42, sample, classes);
        }
        String program = "import sys; sys.path.insert(0, 'clients/python'); import noise\n"
                + "print(*(noise.label(42, i, " + classes + ") for i in range(200)), sep='\\n')";
        assertThat(python("-B", "-c", program)).isEqualTo(labels);
    }

    private static float[] python(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        List<String> lines = output.lines().toList();
        float[] values = new float[lines.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(lines.get(i));
        }
        return values;
    }
}
