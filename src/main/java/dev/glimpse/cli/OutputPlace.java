package dev.glimpse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a command's results go, made before any work is done that could not be saved then. */
final class OutputPlace {
    private OutputPlace() {}

    /**
     * Refuses what {@link #directory} would, and makes nothing yet.
     *
     * @param option that names it
     * @throws WrongInputException if it could not be made or written to
     */
    static void requireDirectory(String option, Path typed) {
        Path there = typed.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        boolean place = Files.isDirectory(there) && Files.isWritable(there);
        WrongInputException.require(place, option, typed, "a place that can be written");
    }

    /**
     * Makes a directory, and those above it.
     *
     * @param option that names it
     * @param typed absent: there is nothing to make
     * @throws WrongInputException if it cannot be made or written to
     */
    static void directory(String option, @Nullable Path typed) {
        if (typed != null) {
            make(option, typed, typed);
            WrongInputException.require(Files.isWritable(typed), option, typed, "a place that can be written");
        }
    }

    /**
     * Makes the directory of a file. The file itself is left as it is.
     *
     * @param option that names it
     * @param typed absent: there is nothing to make
     * @throws WrongInputException if it could not be written
     */
    static void file(String option, @Nullable Path typed) {
        if (typed != null) {
            Path place = Objects.requireNonNullElse(typed.toAbsolutePath().getParent(), typed);
            make(option, typed, place);
            boolean writable = Files.exists(typed)
                    ? !Files.isDirectory(typed) && Files.isWritable(typed)
                    : Files.isWritable(place);
            WrongInputException.require(writable, option, typed, "a file that can be written");
        }
    }

    private static void make(String option, Path typed, Path directory) {
        try {
            // A link to a directory is one, but not to createDirectories.
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new WrongInputException(option, typed, "a place that can be written");
        }
    }
}
