package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "class_name: 9999999999 (expected: Bag), --label: 9999999999 (expected: Bag)",
        "class_index: 7 (expected: 0..2), --label: 7 (expected: 0..2)",
        "knots.grid: 1 (expected: 2..1024), --grid: 1 (expected: 2..1024)",
        "churn.min_t: -1 (expected: at least 0), --churn-min: -1 (expected: at least 0)",
        "gamma: 2 (expected: 0..1), --gamma: 2 (expected: 0..1)",
        "resume_token: x (expected: a token), resume_token: x (expected: a token)",
        "the server is full, the server is full"
    })
    void aComplaintNamesTheOptionThatWasTyped(String fromTheServer, String told) {
        assertThat(GenerateOptions.typed(fromTheServer)).isEqualTo(told);
    }
}
