package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every module whose result was recorded from the official implementation, one by one, in both readings. */
class GoldenBlocksTest {
    /** The case whose modules were recorded: t = 1, s = 0.3. */
    private static final int ROW = 4;

    @ParameterizedTest
    @CsvSource({
        "song_uncond, 2e-5, EMITTED",
        "song_uncond, 2e-5, EAGER",
        "song_cond, 2e-5, EMITTED",
        "song_cond, 2e-5, EAGER",
        "song_ncsn, 5e-5, EMITTED",
        "song_ncsn, 5e-5, EAGER",
        "adm_cond, 2e-4, EMITTED",
        "adm_cond, 2e-4, EAGER"
    })
    void everyModuleEqualsTheOfficialOne(String name, double tolerance, Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        Map<String, float[]> results = NamedResults.of(reading, net, net.row(ROW));
        List<String> names = net.namesAfter("act/");
        assertThat(names).isNotEmpty();
        for (String module : names) {
            float[] expected = net.values("act/" + module);
            // The official network maps the labels once per time, to the same values; ours once.
            float[] actual = results.get(module.equals("map_label#2") ? "map_label" : module);
            if (module.startsWith("map_noise")) {
                expected = halvesSwapped(expected);
            }
            double scale = Math.max(1, GoldenNetworkTest.largest(expected));
            assertThat(actual).as(module).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i])).as(module).isLessThanOrEqualTo((float)
                        (tolerance * scale));
            }
        }
    }

    /** The official embedding module gives cosines, then sines; the network swaps them before use. */
    private static float[] halvesSwapped(float[] values) {
        int half = values.length / 2;
        float[] swapped = Arrays.copyOfRange(values, half, half + values.length);
        System.arraycopy(values, 0, swapped, half, half);
        return swapped;
    }

    @ParameterizedTest
    @CsvSource({"EMITTED, ''", "EMITTED, s0/", "EAGER, ''", "EAGER, s0/"})
    void admScalesTheLogarithmOfTimeAsTheOfficialOneDoes(Reading reading, String group) throws IOException {
        GoldenNet net = GoldenNet.of("adm_cond");
        float[] expected = net.values(group + "rescaled_s");
        float[] actual = NamedResults.of(reading, net, net.batch(group)).get(NamedResults.NOISE_S);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], withinPercentage(2e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({"song_uncond, EMITTED", "song_uncond, EAGER", "song_ncsn, EMITTED", "song_ncsn, EAGER"})
    void songScalesTheLogarithmOfTimeAsTheOfficialOneDoes(String name, Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        Map<String, float[]> results = NamedResults.of(reading, net, net.batch(""));
        GoldenNetworkTest.assertClose(results.get(NamedResults.NOISE_T), net.values("c_noise_t"), 1e-6);
        GoldenNetworkTest.assertClose(results.get(NamedResults.NOISE_S), net.values("c_noise_s"), 1e-6);
    }

    /** An angle of 1500 has seven digits in float32, so a wave is known to some 1e-4. */
    @ParameterizedTest
    @EnumSource
    void admTimesBecomeTheOfficialWaves(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("adm_cond");
        Map<String, float[]> results = NamedResults.of(reading, net, net.scaled(""));
        GoldenNetworkTest.assertClose(results.get("timestep_embedding"), net.values("time_embedding_t"), 2e-4);
        GoldenNetworkTest.assertClose(results.get("timestep_embedding#2"), net.values("time_embedding_s"), 2e-4);
    }
}
