package dev.glimpse.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads CIFAR-10 in its binary version.
 *
 * <p>A directory holds {@code data_batch_1.bin} and so on, and {@code test_batch.bin}; a picture is a byte of label and
 * 32 x 32 bytes each of red, green and blue.
 */
final class CifarReader {
    private static final String TEST = "test_batch.bin";
    private static final int SIZE = 32;
    private static final int PICTURE = 3 * SIZE * SIZE;

    private CifarReader() {}

    /** The files of a directory, in order; none if it is no such data set. */
    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(f -> f.getFileName().toString().matches("data_batch_[0-9]+\\.bin"))
                    .sorted()
                    .toList();
        }
    }

    /** Reads the test part, {@code test_batch.bin}. */
    static ImageDataSet readTest(Path directory, List<String> classes) throws IOException {
        Path file = directory.resolve(TEST);
        if (!Files.isRegularFile(file)) {
            throw new DataSetException("data: " + directory + " (expected: a directory with " + TEST + ")");
        }
        return read(List.of(file), classes);
    }

    static ImageDataSet read(List<Path> files, List<String> classes) throws IOException {
        int count = 0;
        for (Path file : files) {
            long size = Files.size(file);
            if (size == 0 || size % (PICTURE + 1) != 0) {
                throw new DataSetException(file + ": " + size + " bytes (expected: a multiple of " + (PICTURE + 1)
                        + "; truncated, or not CIFAR-10's binary version)");
            }
            count = Math.addExact(count, Math.toIntExact(size / (PICTURE + 1)));
        }
        byte[] pixels = new byte[Math.multiplyExact(count, PICTURE)];
        byte[] labels = new byte[count];
        int at = 0;
        for (Path file : files) {
            byte[] content = Files.readAllBytes(file);
            for (int from = 0; from < content.length; from += PICTURE + 1) {
                if ((content[from] & 0xFF) >= classes.size()) {
                    throw new DataSetException(file + ": label " + (content[from] & 0xFF) + " (expected: 0.."
                            + (classes.size() - 1) + ", one of " + classes.size() + " classes)");
                }
                labels[at] = content[from];
                System.arraycopy(content, from + 1, pixels, at++ * PICTURE, PICTURE);
            }
        }
        return new ImageDataSet(3, SIZE, SIZE, pixels, labels, classes);
    }

    /** Whether a directory holds the test part. */
    static boolean holdsTest(Path directory) {
        return Files.exists(directory.resolve(TEST));
    }
}
