package dev.glimpse.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files and names that outlast a loss of power: what was forced stands on the disk when the call returns. */
public final class DurableFiles {
    private DurableFiles() {}

    /** Forces a file's content, or the names in a directory. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Where a file is written beside its place until {@link #replace} moves it there. */
    public static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    /**
     * Why a file cannot be written, which its name goes before. Some messages are no more than a path, and their kind
     * alone says what is wrong.
     */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return e instanceof FileSystemException || e.getMessage() == null
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : e.getMessage();
    }

    /** Moves what stands in a file's {@link #partial} place to its own: a crash leaves the old one or the new one. */
    public static void replace(Path file) throws IOException {
        force(partial(file));
        move(file);
    }

    /** {@link #replace} of what is forced already, or may be lost. */
    public static void move(Path file) throws IOException {
        Files.move(partial(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
