package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
    @ParameterizedTest
    @CsvSource({
        "50, 0, -",
        "50, 1, 7.0",
        "95, 1, 7.0",
        "99, 458, -",
        "99, 459, 7.0",
        "99.9, 4602, -",
        "99.9, 4603, 7.0",
    })
    void aPercentileIsToldOfEnoughAnswers(double percentile, int count, String told) {
        Histogram micros = Summary.Latencies.empty().first();
        micros.recordValueWithCount(7000, count);

        assertThat(Percentiles.text(micros, percentile)).isEqualTo(told);
    }
}
