package dev.glimpse.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model version's directory in the making: written beside its place, moved there when complete.
 *
 * <p>Until then it stands in a directory whose name starts with a dot, so no catalog lists it.
 */
final class VersionDirectory implements AutoCloseable {
    private final Path place;
    private final Path workshop;
    private final Path made;

    /** Begins a directory that is to stand at {@code place}; directories above are made if missing. */
    VersionDirectory(Path place) throws IOException {
        this.place = place.toAbsolutePath().normalize();
        Path parent = this.place.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("directory: " + place + " (expected: NAME/VERSION)");
        }
        Files.createDirectories(parent);
        workshop = Files.createTempDirectory(parent, "." + this.place.getFileName() + ".partial");
        made = Files.createDirectory(workshop.resolve("new"));
    }

    /** Whether a directory is one in the making, or what is left of one. */
    static boolean isPartial(Path directory) {
        return directory.getFileName().toString().startsWith(".");
    }

    /** Where a file of the version is written. */
    Path file(String name) {
        return made.resolve(name);
    }

    /** Moves the directory into place; of a version that was there before, files with other names stay. */
    void complete() throws IOException {
        if (!Files.exists(place)) {
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = workshop.resolve("old");
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
        Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
        for (Path entry : entries(old)) {
            Path kept = place.resolve(old.relativize(entry).toString());
            if (!Files.exists(kept)) {
                Files.move(entry, kept);
            }
        }
    }

    /** Leaves nothing behind, and no version if it was not completed. */
    @Override
    public void close() throws IOException {
        delete(workshop);
    }

    private static void delete(Path directory) throws IOException {
        for (Path entry : entries(directory)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                delete(entry);
            } else {
                Files.delete(entry);
            }
        }
        Files.delete(directory);
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
