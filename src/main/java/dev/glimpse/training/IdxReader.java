package dev.glimpse.training;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads data sets in the IDX format of MNIST and its relatives, gzipped or not.
 *
 * <p>A directory holds {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte} (with or without .gz). An
 * IDX file is a magic number (0, 0, 8 for bytes, number of axes), the axes' sizes as big-endian integers and the bytes.
 */
final class IdxReader {
    private static final int BYTES_MAGIC = 0x0800;
    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";

    private IdxReader() {}

    /**
     * Reads the training part of a data set.
     *
     * @param directory holds the two files
     * @param classes names of the classes by index
     * @throws DataSetException if a file is missing, truncated, or no IDX file; the message names it
     */
    static ImageDataSet read(Path directory, List<String> classes) {
        return read(directory, "train", classes);
    }

    /** Reads the test part of a data set, in the same way: {@code t10k-images-idx3-ubyte} and its labels. */
    static ImageDataSet readTest(Path directory, List<String> classes) {
        return read(directory, "t10k", classes);
    }

    private static ImageDataSet read(Path directory, String part, List<String> classes) {
        Idx images = read(find(directory, part + "-images-idx3-ubyte"), 3);
        Path labelFile = find(directory, part + "-labels-idx1-ubyte");
        Idx labels = read(labelFile, 1);
        if (images.sizes[0] == 0) {
            throw new DataSetException(
                    "data: " + directory + ": no pictures in its " + part + " part (expected: at least 1)");
        }
        if (labels.sizes[0] != images.sizes[0]) {
            throw new DataSetException(
                    labelFile + ": " + labels.sizes[0] + " labels (expected: " + images.sizes[0] + ", one a picture)");
        }
        for (byte label : labels.content) {
            if ((label & 0xFF) >= classes.size()) {
                throw new DataSetException(labelFile + ": label " + (label & 0xFF) + " (expected: 0.."
                        + (classes.size() - 1) + ", one of " + classes.size() + " classes)");
            }
        }
        return new ImageDataSet(1, images.sizes[1], images.sizes[2], images.content, labels.content, classes);
    }

    /** Whether a directory holds the training pictures of a data set in this format. */
    static boolean holds(Path directory) {
        return Files.exists(directory.resolve(IMAGES)) || Files.exists(directory.resolve(IMAGES + ".gz"));
    }

    /** Whether a directory holds the test pictures of one. */
    static boolean holdsTest(Path directory) {
        return Files.exists(directory.resolve(TEST_IMAGES)) || Files.exists(directory.resolve(TEST_IMAGES + ".gz"));
    }

    private static Path find(Path directory, String name) {
        for (String suffix : List.of("", ".gz")) {
            Path file = directory.resolve(name + suffix);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new DataSetException("data: " + directory + " (expected: a directory with " + name + "[.gz])");
    }

    private static Idx read(Path file, int axes) {
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(unzip(file, raw))) {
            int magic = in.readInt();
            if (magic != (BYTES_MAGIC | axes)) {
                throw new DataSetException(String.format(
                        "%s: magic number 0x%08x (expected: 0x%08x, bytes on %d axes)",
                        file, magic, BYTES_MAGIC | axes, axes));
            }
            int[] sizes = new int[axes];
            long total = 1;
            for (int i = 0; i < axes; i++) {
                sizes[i] = in.readInt();
                total = Math.multiplyExact(total, Math.max(0, sizes[i]));
            }
            byte[] content = in.readNBytes(Math.toIntExact(total));
            if (content.length < total || in.read() >= 0) {
                throw new DataSetException(
                        file + ": not " + total + " bytes long (expected: the size its header tells)");
            }
            return new Idx(sizes, content);
        } catch (EOFException | ArithmeticException e) {
            throw new DataSetException(file + ": truncated or no IDX file");
        } catch (IOException e) {
            throw new DataSetException(file + ": cannot be read (" + e.getMessage() + ")");
        }
    }

    private static InputStream unzip(Path file, InputStream raw) throws IOException {
        return file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    private record Idx(int[] sizes, byte[] content) {}
}
