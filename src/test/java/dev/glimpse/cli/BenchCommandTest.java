package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code glimpse bench} refuses before it measures; its measurements are tested with those of other commands. */
class BenchCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rows | , | none (expected: at least one number)",
                "--rows | 4,0 | 0 (expected: at least 1)",
                "--rows | 1,33554432 | 33554432 (expected: at most 33554431 with pictures of 64 values)",
                "--rows | 2147483647 | 2147483647 (expected: at most 33554431 with pictures of 64 values)",
                "--threads | 0 | 0 (expected: at least 1)"
            })
    void numbersThatCannotBeMeasuredAreRefused(String option, String value, String problem) throws IOException {
        assertRefused(option, value, problem);
    }

    @Test
    void moreThreadsThanProcessorsAreRefused() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        assertRefused("--threads", "100000", "100000 (expected: at most " + processors + ", a processor each)");
    }

    private void assertRefused(String option, String value, String problem) throws IOException {
        String model = TinyModel.write(directory.resolve("tiny/1")).toString();
        CommandLineRun run = CommandLineRun.of("bench", "--model", model, "--rounds", "1", option, value);
        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse bench: " + option + ": " + problem);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }
}
