package dev.glimpse.cli;

import dev.glimpse.model.DurableFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;

/** Writes a file that is the old one until all of the new one is there. */
final class WholeFile {
    private WholeFile() {}

    /** What a file is to hold. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @throws IOException that names the file */
    static void write(Path file, byte[] content) throws IOException {
        write(file, out -> out.write(content));
    }

    /**
     * Writes what need not be in memory at once; a pipe or a device, which nothing can replace, gets it as it comes.
     *
     * @throws IOException that names the file
     */
    static void write(Path file, Content content) throws IOException {
        write(file, content, true);
    }

    /**
     * Writes one of many small files, for each of which nobody would wait until the disk has it: after a loss of power
     * it may be empty.
     *
     * @throws IOException that names the file
     */
    static void writeOneOfMany(Path file, byte[] content) throws IOException {
        write(file, out -> out.write(content), false);
    }

    /** What is told of a file that cannot be written: a full disk itself says neither which nor what it was for. */
    static IOException failure(Path file, IOException e) {
        return new IOException(file + " cannot be written: " + DurableFiles.reason(e), e);
    }

    private static void write(Path file, Content content, boolean forced) throws IOException {
        try {
            boolean exists = Files.exists(file);
            if (exists && !Files.isRegularFile(file)) {
                writeInPlace(file, content);
                return;
            }
            Path place = named(file);
            if (exists && !Files.isWritable(place.getParent())) {
                writeInPlace(place, content);
                return;
            }
            writeBeside(place, content, forced);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static void writeBeside(Path place, Content content, boolean forced) throws IOException {
        Path partial = DurableFiles.partial(place);
        try {
            writeInPlace(partial, content);
            if (forced) {
                DurableFiles.force(partial);
            }
            replace(place, partial);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The file itself, or the one that it is a link to, which need not be there yet. */
    private static Path named(Path file) throws IOException {
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        Path whole = file.toAbsolutePath();
        return Files.isSymbolicLink(file) ? whole.resolveSibling(Files.readSymbolicLink(file)) : whole;
    }

    private static void replace(Path place, Path partial) throws IOException {
        boolean exists = Files.exists(place);
        if (exists && Files.getFileStore(place).supportsFileAttributeView(PosixFileAttributeView.class)) {
            // Whoever may read a result now may read the next one.
            Files.setPosixFilePermissions(partial, Files.getPosixFilePermissions(place));
        }
        try {
            DurableFiles.move(place);
        } catch (FileSystemException e) {
            if (!exists || !Files.exists(partial)) {
                throw e;
            }
            // A file that is mounted by itself can be written, but nothing put in its place.
            writeInPlace(place, out -> Files.copy(partial, out));
        }
    }

    private static void writeInPlace(Path file, Content content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            content.writeTo(out);
        }
    }
}
