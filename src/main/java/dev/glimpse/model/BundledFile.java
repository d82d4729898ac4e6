package dev.glimpse.model;

import java.io.IOException;
import java.io.InputStream;

/** Files that come with the program. */
final class BundledFile {
    private BundledFile() {}

    /**
     * The bytes of one.
     *
     * @throws ModelFormatException if it is not there or cannot be read
     */
    static byte[] read(String name) {
        try (InputStream in = BundledFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new ModelFormatException("built-in " + name + ": missing (expected: in this program's jar)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ModelFormatException("built-in " + name + ": cannot be read (" + e.getMessage() + ")");
        }
    }
}
