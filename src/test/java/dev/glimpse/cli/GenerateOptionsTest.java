package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.GenerateRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

    /** Another one would be the server's to refuse, which cannot tell what was typed here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count -1 | --count: -1 (expected: at least 1)",
                "--steps -1 | --steps: -1 (expected: at least 1)",
                "--grid -1 --knots 0,1 | --grid: -1 (expected: at least 2)",
                "--grid 5 | --grid: 5 (expected: --knots with it)",
            })
    void whatTheServerWouldTellOfOtherwiseIsRefusedBeforeItIsSent(String options, String told) {
        CommandLineRun run = CommandLineRun.of(("generate --target 127.0.0.1:1 " + options).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse generate: " + told);
    }

    @Test
    void zeroIsTheServersToRefuse() {
        GenerateOptions options = new GenerateOptions();
        new CommandLine(options).parseArgs("--count", "0", "--steps", "0");

        GenerateRequest request = options.request();

        assertThat(request.hasCount()).isTrue();
        assertThat(request.getCount()).isZero();
        assertThat(request.hasSteps()).isTrue();
        assertThat(request.getSteps()).isZero();
    }
}
