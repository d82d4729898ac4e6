package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How parameters start, against mean, deviation and range of the official implementation's own draws.
 *
 * <p>Both sides are samples, so each statistic may differ by five standard errors of a difference of two.
 */
class StartTest {
    private static final long SEED = 20231002;
    private static final double STANDARD_ERRORS = 5 * Math.sqrt(2);
    /** Variance of a sample's deviation relative to the deviation, times the sample's size: (kurtosis - 1) / 4. */
    private static final double UNIFORM_DEVIATION = (1.8 - 1) / 4;

    private static final double NORMAL_DEVIATION = (3.0 - 1) / 4;

    @ParameterizedTest
    @ValueSource(strings = {"song_uncond", "song_cond", "song_ncsn", "adm_cond"})
    void everyParameterStartsAsTheOfficialOneDoes(String name) throws IOException {
        List<Parameter> parameters = GoldenNet.of(name).config().parameters();
        JsonObject official = JsonParser.parseString(
                        new String(GoldenFiles.read(name + ".init_stats.json"), StandardCharsets.UTF_8))
                .getAsJsonObject();
        Set<String> unchecked = new TreeSet<>(official.keySet());
        for (int index = 0; index < parameters.size(); index++) {
            Parameter parameter = parameters.get(index);
            if (parameter.trained()) {
                assertThat(unchecked.remove(parameter.name()))
                        .as(parameter.name())
                        .isTrue();
                compare(parameter, index, official.getAsJsonObject(parameter.name()));
            }
        }
        assertThat(unchecked).isEmpty();
    }

    private static void compare(Parameter parameter, int index, JsonObject official) {
        Start start = parameter.start();
        float[] values = start.draw(parameter.size(), SEED, index);
        boolean uniform = start.law() == Start.Law.UNIFORM;
        double deviation = uniform ? start.spread() / Math.sqrt(3) : start.spread();
        double perRoot = STANDARD_ERRORS * deviation / Math.sqrt(values.length);
        double spreadOfDeviation = Math.sqrt(uniform ? UNIFORM_DEVIATION : NORMAL_DEVIATION);
        assertThat(mean(values))
                .as(parameter.name())
                .isCloseTo(official.get("mean").getAsDouble(), within(perRoot));
        assertThat(deviation(values))
                .as(parameter.name())
                .isCloseTo(official.get("std").getAsDouble(), within(perRoot * spreadOfDeviation + 1e-9));
        if (uniform) {
            double bound = (start.spread() + Math.abs(start.centre())) * (1 + 1e-6);
            assertThat(official.get("absmax").getAsDouble())
                    .as(parameter.name())
                    .isLessThanOrEqualTo(bound);
            assertThat(GoldenNetworkTest.largest(values)).as(parameter.name()).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void frequenciesAreDrawnOnceWithTheDeviationOfSixteen() throws IOException {
        Parameter frequencies = GoldenNet.of("song_ncsn").config().parameters().stream()
                .filter(p -> p.name().equals("model.map_noise.freqs"))
                .findFirst()
                .orElseThrow();
        assertThat(frequencies.trained()).isFalse();
        float[] values = frequencies.start().draw(4096, SEED, 0);
        assertThat(deviation(values)).isCloseTo(16, within(5 * 16 * Math.sqrt(NORMAL_DEVIATION / values.length)));
        assertThat(frequencies.start().draw(8, SEED, 0))
                .isNotEqualTo(frequencies.start().draw(8, SEED, 1));
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(float[] values) {
        double mean = mean(values);
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
