package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLockTest {
    @TempDir
    Path directory;

    @Test
    void directoryIsGivenToOneAtATime() throws IOException {
        try (OutputLock first = OutputLock.ofDirectory("--out", directory)) {
            assertThatThrownBy(() -> OutputLock.ofDirectory("--out", directory))
                    .isInstanceOf(WrongInputException.class)
                    .hasMessage("--out: " + directory + " (expected: a directory that no other run writes to)");
        }
        OutputLock.ofDirectory("--out", directory).close();
    }

    @Test
    void filesOfADirectoryAreGivenSeparately() throws IOException {
        try (OutputLock first = OutputLock.ofFile("--out", directory, "a");
                OutputLock other = OutputLock.ofFile("--out", directory, "b")) {
            assertThatThrownBy(() -> OutputLock.ofFile("--out", directory, "a"))
                    .hasMessage("--out: " + directory + " (expected: a directory where no other run writes a)");
        }
    }

    /** It would be taken for a file system without locks, and everybody let in. */
    @Test
    void placeHasToBeThere() {
        Path later = directory.resolve("later");
        assertThatThrownBy(() -> OutputLock.ofFile("--out", later, "a"))
                .hasMessage(later + " has to be there before it is locked");
    }

    /** As where a file system knows no locks: the run is worth more. */
    @Test
    void placeThatCannotBeLockedIsGivenToAnybody() throws IOException {
        Files.createDirectory(directory.resolve(".lock"));
        try (OutputLock first = OutputLock.ofDirectory("--out", directory)) {
            assertThat(first).isNotNull();
            assertThatCode(() -> OutputLock.ofDirectory("--out", directory).close())
                    .doesNotThrowAnyException();
        }
    }
}
