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
    private static final String OLD = "old";

    private final Path place;
    private final Path parent;
    private final Path workshop;
    private final Path made;
    private final Path old;

    /** Begins a directory that is to stand at {@code place}; directories above are made if missing. */
    VersionDirectory(Path place) throws IOException {
        this.place = place.toAbsolutePath().normalize();
        Path above = this.place.getParent();
        if (above == null) {
            throw new IllegalArgumentException("directory: " + place + " (expected: NAME/VERSION)");
        }
        parent = above;
        Files.createDirectories(parent);
        workshop = Files.createTempDirectory(parent, partial(this.place));
        made = Files.createDirectory(workshop.resolve("new"));
        old = workshop.resolve(OLD);
    }

    /**
     * Takes away what writers that were killed left beside a version. One that they had moved away stands in its place
     * again, and files of it that were still to be kept are. Nobody may be writing it meanwhile.
     */
    static void clearLeft(Path place) throws IOException {
        Path parent = place.toAbsolutePath().normalize().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            return;
        }
        for (Path left : entries(parent)) {
            // A link of this name leads to files that are somebody else's.
            boolean directory = Files.isDirectory(left, LinkOption.NOFOLLOW_LINKS);
            if (directory && left.getFileName().toString().startsWith(partial(place))) {
                Path old = left.resolve(OLD);
                if (Files.exists(old) && !Files.exists(place)) {
                    Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
                } else if (Files.exists(old)) {
                    keepOthers(old, place);
                }
                delete(left);
            }
        }
    }

    private static String partial(Path place) {
        return "." + place.getFileName() + ".partial";
    }

    /** Whether a directory is one in the making, or what is left of one. */
    static boolean isPartial(Path directory) {
        return directory.getFileName().toString().startsWith(".");
    }

    /** Where a file of the version is written. */
    Path file(String name) {
        return made.resolve(name);
    }

    /** Moves the directory into place once it is on the disk; of a version before, files with other names stay. */
    void complete() throws IOException {
        for (Path file : entries(made)) {
            DurableFiles.force(file);
        }
        DurableFiles.force(made);
        putInPlace();
        DurableFiles.force(place);
        DurableFiles.force(parent);
    }

    /** Where this fails, the version before stands in its place again. */
    void putInPlace() throws IOException {
        if (!Files.exists(place)) {
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        keepOthers(old, place);
    }

    private static void keepOthers(Path old, Path place) throws IOException {
        for (Path entry : entries(old)) {
            Path kept = place.resolve(old.relativize(entry).toString());
            if (!Files.exists(kept)) {
                Files.move(entry, kept);
            }
        }
    }

    /** Leaves nothing behind, and no version if it was not completed; but never takes the only one there is. */
    @Override
    public void close() throws IOException {
        if (Files.exists(old) && !Files.exists(place)) {
            throw new IOException(old + ": the version before, which could not be moved back to " + place);
        }
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
