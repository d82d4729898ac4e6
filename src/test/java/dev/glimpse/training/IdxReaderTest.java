package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxReaderTest {
    private static final List<String> CLASSES = List.of("left", "right");

    @TempDir
    Path directory;

    private Path images;
    private Path labels;

    @BeforeEach
    void writeTwoPictures() throws IOException {
        images = directory.resolve("train-images-idx3-ubyte");
        labels = directory.resolve("train-labels-idx1-ubyte.gz");
        Files.write(images, idx(3, new int[] {2, 2, 2}, new byte[] {0, -1, 0, -1, 1, 2, 3, 4}));
        writeLabels(idx(1, new int[] {2}, new byte[] {1, 0}));
    }

    @Test
    void picturesAndLabelsAreReadGzippedOrNot() {
        ImageDataSet data = IdxReader.read(directory, CLASSES);
        assertThat(data.count()).isEqualTo(2);
        assertThat(data.labels()).containsExactly(1, 0);
        float[] picture = new float[5];
        data.read(0, picture, 1);
        assertThat(picture).containsExactly(0, -1, 1, -1, 1);
    }

    @Test
    void testPartIsReadFromFilesOfItsOwn() throws IOException {
        Files.write(directory.resolve("t10k-images-idx3-ubyte"), idx(3, new int[] {1, 1, 2}, new byte[] {7, 8}));
        Files.write(directory.resolve("t10k-labels-idx1-ubyte"), idx(1, new int[] {1}, new byte[] {1}));
        assertThat(IdxReader.readTest(directory, CLASSES).pixels()).containsExactly(7, 8);
        assertThat(IdxReader.read(directory, CLASSES).count()).isEqualTo(2);
    }

    @Test
    void filesWithoutPicturesAreRefused() throws IOException {
        Files.write(images, idx(3, new int[] {0, 2, 2}, new byte[0]));
        writeLabels(idx(1, new int[] {0}, new byte[0]));
        assertRefused("data: " + directory + ": no pictures in its train part (expected: at least 1)");
    }

    @Test
    void missingFileIsNamedWithItsDirectory() throws IOException {
        Files.delete(images);
        assertRefused("data: " + directory + " (expected: a directory with train-images-idx3-ubyte[.gz])");
    }

    @Test
    void truncatedFileIsRefusedByItsName() throws IOException {
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(images + ": not 8 bytes long");
    }

    @Test
    void truncatedGzipIsRefusedByItsName() throws IOException {
        byte[] whole = Files.readAllBytes(labels);
        Files.write(labels, Arrays.copyOf(whole, whole.length - 12));
        assertRefused(labels + ": ");
    }

    @Test
    void otherFormatIsRefusedByItsName() throws IOException {
        Files.write(images, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
        assertRefused(images + ": magic number 0x504b0304 (expected: 0x00000803, bytes on 3 axes)");
    }

    @Test
    void labelBeyondTheClassesIsRefused() throws IOException {
        writeLabels(idx(1, new int[] {2}, new byte[] {1, 2}));
        assertRefused(labels + ": label 2 (expected: 0..1, one of 2 classes)");
    }

    @Test
    void labelsThatDoNotMatchThePicturesAreRefused() throws IOException {
        writeLabels(idx(1, new int[] {1}, new byte[] {1}));
        assertRefused(labels + ": 1 labels (expected: 2, one a picture)");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> IdxReader.read(directory, CLASSES))
                .isInstanceOf(DataSetException.class)
                .hasMessageStartingWith(message);
    }

    private void writeLabels(byte[] content) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(labels))) {
            out.write(content);
        }
    }

    private static byte[] idx(int axes, int[] sizes, byte[] content) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * axes + content.length);
        file.putInt(0x0800 | axes);
        for (int size : sizes) {
            file.putInt(size);
        }
        return file.put(content).array();
    }
}
