package dev.glimpse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to a place that a command writes to for long and goes on from later: two that shared it would each take the
 * other's state for its own.
 *
 * <p>The system holds it to the process, so that one that is killed leaves none behind; the empty hidden file that
 * stays of some means nothing.
 */
final class OutputLock implements AutoCloseable {
    private final @Nullable FileChannel channel;

    private OutputLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * The right to a whole directory, which is there.
     *
     * @param option that names it
     * @throws WrongInputException if another command has it
     */
    static OutputLock ofDirectory(String option, Path directory) {
        return new OutputLock(
                locked(directory.resolve(".lock"), option, directory, "a directory that no other run writes to"));
    }

    /**
     * The right to one file, there or not, of a directory that is there and that others share.
     *
     * @param option that names the directory
     * @throws WrongInputException if another command has it
     */
    static OutputLock ofFile(String option, Path directory, String name) {
        return new OutputLock(locked(
                directory.resolve("." + name + ".lock"),
                option,
                directory,
                "a directory where no other run writes " + name));
    }

    /**
     * The right to one file, there or not, that a command writes in its place. What is no file, such as a pipe or
     * another device, takes what several write.
     *
     * @param option that names it
     * @throws WrongInputException if another command has it
     */
    static OutputLock ofContent(String option, Path file) {
        boolean device = Files.exists(file) && !Files.isRegularFile(file);
        return new OutputLock(device ? null : locked(file, option, file, "a file that no other run writes to"));
    }

    private static @Nullable FileChannel locked(Path file, String option, Path directory, String expected) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return channel;
            }
            channel.close();
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(directory + " has to be there before it is locked", e);
        } catch (IOException e) {
            // Not every file system of a network has locks, and a file of somebody else's cannot be opened.
            return null;
        }
        throw new WrongInputException(option, directory, expected);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // By this very process.
            return false;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
