package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SamplerTest {
    @ParameterizedTest
    @CsvSource({"0, EXACT", "1e-9, GAMMA", "0.5, GAMMA", "0.999, GAMMA", "1, CM"})
    void gammaStandsForItsSampler(double gamma, Sampler sampler) {
        assertThat(Sampler.of(gamma)).isEqualTo(sampler);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXACT", "GAMMA", "CM"})
    void samplersDefaultGammaStandsForIt(Sampler sampler) {
        assertThat(Sampler.of(sampler.defaultGamma())).isEqualTo(sampler);
    }
}
