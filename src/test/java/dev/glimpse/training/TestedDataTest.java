package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestedDataTest {
    private static final PictureShape SHAPE = new PictureShape(3, 4, 4);

    @TempDir
    Path directory;

    @Test
    void cifarIsTestedByItsOwnTestPart() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(0, 2));
        Files.write(directory.resolve("test_batch.bin"), cifar(1));

        TestedData data = TestedData.open(directory, List.of(), null);

        assertThat(data.heldOut()).isFalse();
        assertThat(data.train().count()).isEqualTo(2);
        assertThat(data.train().classes()).containsExactly("0", "1", "2");
        assertThat(data.test().count()).isEqualTo(1);
        assertThat(data.test().label(0)).isEqualTo(1);
        assertThat(data.test().classes()).isEqualTo(data.train().classes());
    }

    @Test
    void missingTestPartOfCifarIsNamed() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(0, 1));

        assertThatThrownBy(() -> TestedData.open(directory, List.of(), null))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: " + directory + " (expected: a directory with test_batch.bin)");
    }

    private static byte[] cifar(int... labels) {
        byte[] file = new byte[labels.length * 3073];
        for (int i = 0; i < labels.length; i++) {
            file[i * 3073] = (byte) labels[i];
        }
        return file;
    }

    /** Of 25 dark pictures 2, of 9 light ones none. */
    @Test
    void ofFoldersEveryTenthPictureOfAClassIsHeldOut() throws IOException {
        pictures("dark", 25);
        pictures("light", 9);

        TestedData data = TestedData.open(directory, List.of(), SHAPE);

        assertThat(data.heldOut()).isTrue();
        assertThat(data.train().classes()).containsExactly("dark", "light");
        assertThat(firstValues(data.test())).containsExactly(9, 19);
        List<Integer> learned = firstValues(data.train());
        assertThat(learned).hasSize(23 + 9).doesNotContain(19);
        assertThat(IntStream.range(0, data.train().count()).map(data.train()::label))
                .containsExactly(
                        IntStream.range(0, 32).map(i -> i < 23 ? 0 : 1).boxed().toArray(Integer[]::new));
        assertThat(data.test().sha256()).isEqualTo(data.train().sha256());
    }

    /** The bytes that pictures begin with. */
    private static List<Integer> firstValues(DataSet data) {
        List<Integer> values = new ArrayList<>();
        float[] picture = new float[data.dimension()];
        for (int i = 0; i < data.count(); i++) {
            data.read(i, picture, 0);
            values.add(Math.round((picture[0] + 1) * 127.5f));
        }
        return values;
    }

    @Test
    void foldersTooSmallToHoldAnythingOutAreRefused() throws IOException {
        pictures("dark", 9);
        pictures("light", 9);

        assertThatThrownBy(() -> TestedData.open(directory, List.of(), SHAPE))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: " + directory + " with less than 10 pictures of every class (expected: at least 10,"
                        + " of which one is held out to test by)");
    }

    @Test
    void foldersNeedARecipeForTheirSize() throws IOException {
        pictures("dark", 10);

        assertThatThrownBy(() -> TestedData.open(directory, List.of(), null))
                .isInstanceOf(DataSetException.class)
                .hasMessage(
                        "data: " + directory + " without IDX files and CIFAR-10's binary files (expected: them, or a"
                                + " recipe that tells the size of pictures in folders)");
    }

    /** Picture i of a folder is of the value i throughout. */
    private void pictures(String folder, int count) throws IOException {
        Path inside = Files.createDirectories(directory.resolve(folder));
        for (int i = 0; i < count; i++) {
            float[] values = new float[SHAPE.values()];
            // A little more, so that no rounding makes it less.
            Arrays.fill(values, (i + 0.2f) / 127.5f - 1);
            Files.write(
                    inside.resolve(String.format("%03d.png", i)), new PictureGrid(SHAPE, 1, 0).png(List.of(values)));
        }
    }
}
