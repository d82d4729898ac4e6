package dev.glimpse.cli;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The text of a file of arrivals, to be read again and again: that of a pipe, which tells it once, is kept. */
final class RecordedArrivals {
    private final Path file;
    private final byte @Nullable [] piped;
    private final long count;

    private RecordedArrivals(Path file) throws IOException {
        this.file = file;
        this.piped = Files.isRegularFile(file) ? null : Files.readAllBytes(file);
        long lines = 0;
        try (BufferedReader reader = open()) {
            while (reader.readLine() != null) {
                lines++;
            }
        }
        this.count = lines - 1;
    }

    /**
     * Looks at a file, and reads it if it is a pipe.
     *
     * @param option that names it
     * @throws WrongInputException if it cannot be read or is no text
     */
    static RecordedArrivals of(String option, Path typed) throws IOException {
        InputPlace.file(option, typed, "a readable file");
        try {
            return new RecordedArrivals(typed);
        } catch (CharacterCodingException e) {
            // As of one that is packed.
            throw new WrongInputException(option, typed, "a text file of arrivals in UTF-8");
        }
    }

    /** The text from its start; the caller closes it. */
    BufferedReader open() throws IOException {
        InputStream bytes = piped == null ? Files.newInputStream(file) : new ByteArrayInputStream(piped);
        // A decoder of one's own refuses what is no text, where it would else be replaced.
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
    }

    /** Its name, for messages. */
    String name() {
        return file.toString();
    }

    /** Lines below that of names. */
    long count() {
        return count;
    }
}
