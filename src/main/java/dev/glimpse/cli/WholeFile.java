package dev.glimpse.cli;

import dev.glimpse.model.DurableFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a file that is the old one until all of the new one is there. */
final class WholeFile {
    private WholeFile() {}

    /** What a file is to hold. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    static void write(Path file, byte[] content) throws IOException {
        write(file, out -> out.write(content));
    }

    /**
     * Writes what need not be in memory at once; a pipe or a device, which nothing can replace, gets it as it comes.
     */
    static void write(Path file, Content content) throws IOException {
        boolean exists = Files.exists(file);
        // Through a link to the file that it names.
        Path place = exists ? file.toRealPath() : file.toAbsolutePath();
        if (exists && (!Files.isRegularFile(place) || !Files.isWritable(place.getParent()))) {
            writeInPlace(place, content);
            return;
        }
        Path partial = DurableFiles.partial(place);
        try {
            writeInPlace(partial, content);
            DurableFiles.replace(place);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static void writeInPlace(Path file, Content content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            content.writeTo(out);
        }
    }
}
