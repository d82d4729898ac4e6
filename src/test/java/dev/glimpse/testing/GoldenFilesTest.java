package dev.glimpse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFilesTest {
    private static final String NAME = "edm_teacher_cond.io.safetensors";
    private static final String DIRECTORY_PROPERTY = "glimpse.golden";

    /** Never the directory of the tests' own files: that may be one of the user's. */
    @TempDir
    Path directory;

    @Test
    void aFileOfOlderNumbersIsReplaced() throws IOException {
        Path file = GoldenFiles.unpacked(NAME, directory);
        Files.writeString(file, "older numbers");

        assertThat(GoldenFiles.unpacked(NAME, directory)).isEqualTo(file).hasBinaryContent(GoldenFiles.read(NAME));
    }

    @Test
    void aDirectoryOfTheUsersIsReadAndStaysAsItIs(@TempDir Path recordings) throws IOException {
        Path recorded = Files.writeString(recordings.resolve(NAME), "recorded numbers");
        @Nullable String before = System.setProperty(DIRECTORY_PROPERTY, recordings.toString());
        try {
            assertThat(GoldenFiles.file(NAME)).isEqualTo(recorded);
            aFileOfOlderNumbersIsReplaced();
        } finally {
            if (before == null) {
                System.clearProperty(DIRECTORY_PROPERTY);
            } else {
                System.setProperty(DIRECTORY_PROPERTY, before);
            }
        }
        assertThat(recorded).hasContent("recorded numbers");
        try (Stream<Path> entries = Files.list(recordings)) {
            assertThat(entries).containsExactly(recorded);
        }
    }
}
