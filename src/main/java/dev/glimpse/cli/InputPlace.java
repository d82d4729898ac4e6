package dev.glimpse.cli;

import dev.glimpse.model.ModelDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a command's input lies, looked at before any work is done, so that the option is named that leads nowhere. */
final class InputPlace {
    private InputPlace() {}

    /**
     * Reads a model.
     *
     * @param option that names its directory
     * @throws WrongInputException if there is no such directory
     * @throws dev.glimpse.model.ModelFormatException naming the directory, if it holds no model
     */
    static ModelDirectory model(String option, Path typed) {
        directory(option, typed, "a directory NAME/VERSION of a model");
        return ModelDirectory.read(typed);
    }

    /**
     * Requires a file that can be read.
     *
     * @param option that names it
     * @param typed absent: there is nothing to read
     * @param expected what the file should be, for the message
     * @throws WrongInputException if it is not there, may not be read or is a directory
     */
    static void file(String option, @Nullable Path typed, String expected) {
        boolean readable = typed == null || (Files.isReadable(typed) && !Files.isDirectory(typed));
        WrongInputException.require(readable, option, typed, expected);
    }

    /**
     * Requires a directory that can be read.
     *
     * @param option that names it
     * @param typed absent: there is nothing to read
     * @param expected what the directory should be, for the message
     * @throws WrongInputException if it is not there, may not be read or is a file
     */
    static void directory(String option, @Nullable Path typed, String expected) {
        boolean readable = typed == null || (Files.isReadable(typed) && Files.isDirectory(typed));
        WrongInputException.require(readable, option, typed, expected);
    }
}
