package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionDirectoryTest {
    @TempDir
    private Path model;

    private Path place;

    @BeforeEach
    void writeAVersion() throws IOException {
        place = Files.createDirectory(model.resolve("1"));
        Files.writeString(place.resolve("config.json"), "before");
    }

    @Test
    void versionThatCannotBePutInPlaceLeavesTheOneBefore() throws IOException {
        try (VersionDirectory version = new VersionDirectory(place)) {
            Files.delete(version.file("config.json").getParent());
            assertThatThrownBy(version::putInPlace).isInstanceOf(NoSuchFileException.class);
        }
        assertThat(place.resolve("config.json")).hasContent("before");
        assertThat(entries()).containsExactly(place);
    }

    @Test
    void theOnlyVersionThereIsIsNeverDeleted() throws IOException {
        VersionDirectory version = new VersionDirectory(place);
        Path old = version.file("config.json").getParent().resolveSibling("old");
        Files.move(place, old);
        assertThatThrownBy(version::close).hasMessageContaining(old.toString());
        assertThat(old.resolve("config.json")).hasContent("before");
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(model)) {
            return entries.toList();
        }
    }
}
