package dev.glimpse.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The numbers that the official implementation gave, file by file.
 *
 * <p>They come from the directory that the system property {@code glimpse.golden} names, so that another set with the
 * same names can be checked by the same tests, or else from the test resources, where they lie compressed.
 */
public final class GoldenFiles {
    private static final String DIRECTORY_PROPERTY = "glimpse.golden";

    private GoldenFiles() {}

    /** The bytes of the file {@code name}, unpacked. */
    public static byte[] read(String name) throws IOException {
        @Nullable String directory = System.getProperty(DIRECTORY_PROPERTY);
        if (directory != null) {
            return Files.readAllBytes(Path.of(directory, name));
        }
        try (InputStream plain = GoldenFiles.class.getResourceAsStream("/golden/" + name);
                InputStream packed = GoldenFiles.class.getResourceAsStream("/golden/" + name + ".xz")) {
            if (plain != null) {
                return plain.readAllBytes();
            }
            if (packed != null) {
                return new XZInputStream(packed).readAllBytes();
            }
            throw new FileNotFoundException("golden/" + name);
        }
    }

    /** A file with the bytes of {@code name}, for code that reads files. */
    public static Path file(String name) throws IOException {
        @Nullable String directory = System.getProperty(DIRECTORY_PROPERTY);
        if (directory != null) {
            return Path.of(directory, name);
        }
        return unpacked(name, Path.of("target", "golden"));
    }

    /** A file with the bytes of {@code name} in {@code directory}, which is made where it is missing. */
    static Path unpacked(String name, Path directory) throws IOException {
        Path unpacked = Files.createDirectories(directory).resolve(name);
        byte[] bytes = read(name);
        // One may lie there from before the numbers were computed anew.
        if (!Files.exists(unpacked) || !Arrays.equals(Files.readAllBytes(unpacked), bytes)) {
            Path part = Files.createTempFile(unpacked.getParent(), name, ".part");
            Files.write(part, bytes);
            Files.move(part, unpacked, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return unpacked;
    }
}
