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

    /** Killed between two moves, a writer left the only version there was; before them, one that was not complete. */
    @Test
    void versionThatAKilledWriterMovedAwayStandsInItsPlaceAgain() throws IOException {
        Files.move(place, workshop("1").resolve("old"));
        Files.writeString(Files.createDirectory(workshop("2").resolve("new")).resolve("config.json"), "half");

        VersionDirectory.clearLeft(place);

        assertThat(place.resolve("config.json")).hasContent("before");
        assertThat(entries()).containsExactly(place);
    }

    @Test
    void filesThatAKilledWriterHadStillToKeepAreKept() throws IOException {
        Path old = Files.createDirectory(workshop("1").resolve("old"));
        Files.writeString(old.resolve("config.json"), "long before");
        Files.writeString(old.resolve("model-card.md"), "card");

        VersionDirectory.clearLeft(place);

        assertThat(place.resolve("config.json")).hasContent("before");
        assertThat(place.resolve("model-card.md")).hasContent("card");
        assertThat(entries()).containsExactly(place);
    }

    @Test
    void whatNoWriterOfTheVersionLeftStays() throws IOException {
        Path other = Files.createDirectory(model.resolve(".10.partial3"));
        Path file = Files.writeString(model.resolve(".1.partial.txt"), "notes");
        Path link = Files.createSymbolicLink(model.resolve(".1.partial4"), place);

        VersionDirectory.clearLeft(place);
        VersionDirectory.clearLeft(model.resolve("missing/1"));

        assertThat(entries()).containsExactlyInAnyOrder(place, other, file, link);
        assertThat(place.resolve("config.json")).exists();
    }

    private Path workshop(String number) throws IOException {
        return Files.createDirectory(model.resolve(".1.partial" + number));
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(model)) {
            return entries.toList();
        }
    }
}
