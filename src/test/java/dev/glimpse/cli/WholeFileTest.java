package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void whatFailsHalfWayLeavesTheOldFileAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");

        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    out.write(NEW);
                    throw new IOException("no space left");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " cannot be written: no space left");

        assertThat(file).hasContent("old");
        assertThat(directory).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void ofANewFileThatFailsNothingStays() {
        Path file = directory.resolve("4.png");

        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    throw new IOException("no space left");
                }))
                .hasMessage(file + " cannot be written: no space left");

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void oneOfManyReplacesTheOldOneWhole() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old and longer");
        Path kept = Files.createLink(directory.resolve("kept"), file);

        WholeFile.writeOneOfMany(file, NEW);

        assertThat(file).hasContent("new");
        assertThat(kept).hasContent("old and longer");
        assertThat(directory).isDirectoryNotContaining(other -> !other.equals(file) && !other.equals(kept));
    }

    @Test
    void aFullDeviceIsNamed() {
        Path full = Path.of("/dev/full");

        assertThatThrownBy(() -> WholeFile.write(full, NEW))
                .isInstanceOf(IOException.class)
                .hasMessage("/dev/full cannot be written: No space left on device");
    }

    @Test
    void aLinkGoesOnNamingTheFileThatItNames() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        WholeFile.write(link, NEW);

        assertThat(file).hasContent("new");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aLinkMayNameAFileThatIsNotThereYet() throws IOException {
        Path file = directory.resolve("file");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

        WholeFile.write(link, NEW);

        assertThat(file).hasContent("new");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void whoMayReadTheOldFileMayReadTheNewOne() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Set<PosixFilePermission> closed = PosixFilePermissions.fromString("rw-r-----");
        Files.setPosixFilePermissions(file, closed);

        WholeFile.write(file, NEW);

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(closed);
    }

    /** As under /dev/stdout before a '|', where no file has the name that the link is said to stand for. */
    @Test
    void aPipeGetsWhatIsWrittenAsItComes() throws Exception {
        Process reader = new ProcessBuilder("cat").start();
        Path pipe = Path.of("/proc/self/fd");
        try (Stream<Path> open = Files.list(pipe)) {
            Path input =
                    open.filter(fd -> isPipeOf(fd, reader.pid())).findFirst().orElseThrow();
            WholeFile.write(input, NEW);
        }
        reader.getOutputStream().close();

        assertThat(reader.getInputStream()).hasBinaryContent(NEW);
    }

    @Test
    void aDeviceIsWrittenToAndStays() throws IOException {
        WholeFile.write(Path.of("/dev/null"), NEW);

        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    /** Whether a file descriptor of this process is what another one reads as its standard input. */
    private static boolean isPipeOf(Path descriptor, long pid) {
        try {
            return Files.readSymbolicLink(descriptor).equals(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/0")));
        } catch (IOException e) {
            // One that was closed while the others were looked at.
            return false;
        }
    }
}
