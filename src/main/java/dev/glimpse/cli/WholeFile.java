package dev.glimpse.cli;

import dev.glimpse.model.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file written beside its place, then moved there, so that a crash leaves the old one or the new one. */
final class WholeFile {
    private WholeFile() {}

    static void write(Path file, byte[] content) throws IOException {
        Files.write(DurableFiles.partial(file), content);
        DurableFiles.replace(file);
    }
}
