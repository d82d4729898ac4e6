package dev.glimpse.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files and names that outlast a loss of power: what was forced stands on the disk when the call returns. */
final class DurableFiles {
    private DurableFiles() {}

    /** Forces a file's content, or the names in a directory. */
    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
