package dev.glimpse.cli;

import com.google.gson.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that receives a line of JSON at a time, each of which can be read as soon as it is written. */
final class JsonLinesFile implements AutoCloseable {
    private final Path path;
    private final BufferedWriter writer;

    private JsonLinesFile(Path path, BufferedWriter writer) {
        this.path = path;
        this.writer = writer;
    }

    /** Empties the file, or makes it. */
    static JsonLinesFile open(Path path) throws IOException {
        return new JsonLinesFile(path, Files.newBufferedWriter(path));
    }

    /** @throws IOException that names the file */
    void write(JsonObject line) throws IOException {
        try {
            writer.write(line.toString());
            writer.newLine();
            writer.flush();
        } catch (IOException e) {
            throw WholeFile.failure(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            writer.close();
        } catch (IOException e) {
            throw WholeFile.failure(path, e);
        }
    }
}
