package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--workers 0 | --workers: 0 (expected: 1..1024)",
                "--workers 1025 | --workers: 1025 (expected: 1..1024)",
                "--cost 2,0 | --cost: [2.0, 0.0] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 2,1e-310 | --cost: [2.0, 1.0E-310] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost -1,4 | --cost: [-1.0, 4.0] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 1e300,1 | --cost: [1.0E300, 1.0] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 2 | --cost: [2.0] (expected: A,B in milliseconds, A 0..1e9 and B 1e-9..1e9)",
                "--cost 1e6,1 --last 999999 | --last: 999999 (expected: at least 1000004, what the smallest forward"
                        + " takes)",
                "--cost 0.4,0.5 --first 2 --last 2 | --last: 2 (expected: at least 3, what the smallest forward takes)",
                "--requests 2000000000 --rates 5,0.5 | --requests: 2000000000 (expected: at most 1000000000 at 0.5 a"
                        + " second, so that all happens in 63 years)",
                "--first 0 | --first: 0 (expected: at least 1)",
                "--first 1000 --last 999 | --last: 999 (expected: at least --first, 1000)",
                "--share 0 | --share: 0.0 (expected: more than 0, at most 1)",
                "--share 1.01 | --share: 1.01 (expected: more than 0, at most 1)",
                "--requests 99 | --requests: 99 (expected: at least 100)",
                "--rates 5,0 | --rates: [5.0, 0.0] (expected: 0.001..1e9 each)",
                "--rates 1e-9 | --rates: [1.0E-9] (expected: 0.001..1e9 each)",
                "--rates NaN | --rates: [NaN] (expected: 0.001..1e9 each)",
                "--mix 0:1 | --mix: 0:1 (expected: 1..10000 steps and a share above 0)",
                "--mix 10001:1 | --mix: 10001:1 (expected: 1..10000 steps and a share above 0)",
                "--mix 4:0 | --mix: 4:0 (expected: 1..10000 steps and a share above 0)",
                "--mix 4:20,4:30 | --mix: 4:30 (expected: each number of steps once)"
            })
    void aValueBeyondItsBoundIsRefused(String options, String message) {
        CommandLineRun run = CommandLineRun.of(("capacity " + options).split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("glimpse capacity: " + message + "\n");
    }
}
