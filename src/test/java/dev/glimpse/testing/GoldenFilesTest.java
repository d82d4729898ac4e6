package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GoldenFilesTest {
    private static final String NAME = "edm_teacher_cond.io.safetensors";

    @Test
    void aFileOfOlderNumbersIsReplaced() throws Exception {
        Path file = GoldenFiles.file(NAME);
        Files.writeString(file, "older numbers");

        assertThat(GoldenFiles.file(NAME)).isEqualTo(file).hasBinaryContent(GoldenFiles.read(NAME));
    }
}
