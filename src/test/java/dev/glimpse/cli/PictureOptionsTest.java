package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.evaluation.LabelledPicture;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.DataSetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which pictures are scored and as what, by each format that a data set may have. */
class PictureOptionsTest {
    private static final List<String> CLASSES = List.of("cat", "dog", "eel");
    private static final int CIFAR_SIZE = 32;
    private static final int CIFAR_PICTURE = 3 * CIFAR_SIZE * CIFAR_SIZE;

    @TempDir
    Path directory;

    @Test
    void cifarIsScoredAsTheClassesOfItsTestPart() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifar(0, 7));
        Files.write(directory.resolve("test_batch.bin"), cifar(2, 9, 1, 11));

        PictureOptions.Selection test = select(spec(3, CIFAR_SIZE, CLASSES));

        assertThat(test.data().label()).isEqualTo("own");
        assertThat(labels(test)).containsExactly(2, 1);
        assertThat(test.read(1, 2).get(0).pixels()).hasSize(CIFAR_PICTURE).containsOnly(11);
        assertThat(labels(select(spec(3, CIFAR_SIZE, CLASSES), "--part", "TRAIN")))
                .containsExactly(0);
    }

    @Test
    void foldersAreScoredAsTheClassesTheyAre() throws IOException {
        picture("eel/a.png", 8, 30);
        picture("cat/b.png", 16, 20);
        picture("cat/a.png", 8, 10);
        picture("dog/a.png", 8, 40);

        PictureOptions.Selection pictures = select(spec(1, 8, CLASSES));

        assertThat(pictures.data().label()).isEqualTo("own");
        assertThat(labels(pictures)).containsExactly(0, 0, 1, 2);
        assertThat(pictures.read(0, 4).stream().map(p -> p.pixels()[0] & 0xFF))
                .as("reduced like those that models learn from")
                .containsExactly(10, 20, 40, 30);
    }

    @Test
    void foldersAreToldApartByThePicturesThatAreScored() throws IOException {
        for (String name : CLASSES) {
            picture(name + "/a.png", 8, 10);
            picture(name + "/b.png", 8, 10);
        }
        ModelSpec spec = spec(1, 8, CLASSES);
        String one = select(spec, "--count", "1").data().sha256();
        String all = select(spec).data().sha256();

        Path last = directory.resolve(CLASSES.get(CLASSES.size() - 1)).resolve("b.png");
        long size = Files.size(last);
        picture(directory.relativize(last).toString(), 8, 20);

        assertThat(last).hasSize(size);
        assertThat(select(spec).data().sha256()).isNotEqualTo(all).hasSize(64);
        assertThat(select(spec, "--count", "1").data().sha256()).isEqualTo(one);
    }

    /** The first ones would be of the first class alone. */
    @Test
    void fewPicturesOfFoldersAreOfEveryClassInAnyShards() throws IOException {
        for (String name : CLASSES) {
            for (int i = 0; i < 5; i++) {
                picture(name + "/" + i + ".png", 8, 10);
            }
        }

        PictureOptions.Selection whole = select(spec(1, 8, CLASSES), "--count", "4");
        PictureOptions.Selection first = select(spec(1, 8, CLASSES), "--count", "4", "--shard", "0/2");
        PictureOptions.Selection second = select(spec(1, 8, CLASSES), "--count", "4", "--shard", "1/2");

        assertThat(labels(whole)).containsExactly(0, 0, 1, 2);
        assertThat(whole.read(0, 4).stream().map(LabelledPicture::index)).containsExactly(0, 3, 7, 11);
        assertThat(first.data()).isEqualTo(whole.data());
        assertThat(first.read(0, 2).stream().map(LabelledPicture::index)).containsExactly(0, 3);
        assertThat(second.read(0, 2).stream().map(LabelledPicture::index)).containsExactly(7, 11);
    }

    @Test
    void fewPicturesOfOtherFormatsAreTheFirst() throws IOException {
        TinyData.write(directory, "t10k", 9, 3);

        assertThat(select(spec(1, TinyData.SIZE, CLASSES), "--count", "3").read(0, 3).stream()
                        .map(LabelledPicture::index))
                .containsExactly(0, 1, 2);
    }

    @Test
    void foldersOfAModelWithoutClassesAreScoredAsNone() throws IOException {
        picture("left/a.png", 8, 10);
        picture("right/a.png", 8, 20);

        PictureOptions.Selection pictures = select(spec(1, 8, List.of()));

        assertThat(pictures.data().label()).isEqualTo("none");
        assertThat(labels(pictures)).containsExactly(JumpBatch.NO_LABEL, JumpBatch.NO_LABEL);
    }

    @Test
    void aNamedClassIsThatOfEveryPictureInFolders() throws IOException {
        for (String name : CLASSES) {
            picture(name + "/a.png", 8, 10);
        }

        PictureOptions.Selection pictures = select(spec(1, 8, CLASSES), "--label", "eel");

        assertThat(pictures.data().label()).isEqualTo("2");
        assertThat(labels(pictures)).containsExactly(2, 2, 2);
    }

    @Test
    void shardsOfFoldersAreOfTheSameData() throws IOException {
        for (String name : CLASSES) {
            picture(name + "/a.png", 8, 10);
        }

        PictureOptions.Selection first = select(spec(1, 8, CLASSES), "--shard", "0/2");
        PictureOptions.Selection second = select(spec(1, 8, CLASSES), "--shard", "1/2");

        assertThat(second.data()).isEqualTo(first.data());
        List<Integer> both = new ArrayList<>(labels(first));
        both.addAll(labels(second));
        assertThat(both).containsExactly(0, 1, 2);
    }

    @Test
    void foldersHaveNoTestPart() throws IOException {
        picture("cat/a.png", 8, 10);

        assertThatThrownBy(() -> select(spec(1, 8, CLASSES), "--part", "test"))
                .isInstanceOf(DataSetException.class)
                .hasMessageContaining("folders of pictures have one part only, train");
    }

    @Test
    void idxIsScoredAsTheClassesOfItsTestPart() throws IOException {
        TinyData.write(directory, "t10k", 4, 3);

        assertThat(labels(select(spec(1, TinyData.SIZE, CLASSES)))).containsExactly(0, 1, 2, 0);
    }

    @Test
    void loosePicturesBesideFoldersAreStillMeantThemselves() throws IOException {
        picture("a.png", 8, 10);
        picture("cat/a.png", 8, 20);

        PictureOptions.Selection pictures = select(spec(1, 8, List.of()));

        assertThat(pictures.count()).isEqualTo(1);
        assertThat(pictures.read(0, 1).get(0).pixels()).containsOnly(10);
    }

    @Test
    void anEmptyDirectoryIsRefused() {
        assertThatThrownBy(() -> select(spec(1, 8, List.of())))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--data: " + directory + " (expected: a data set, or at least one PNG file)");
    }

    private PictureOptions.Selection select(ModelSpec spec, String... options) {
        List<String> args = new ArrayList<>(List.of("--data", directory.toString()));
        args.addAll(List.of(options));
        PictureOptions typed = new PictureOptions();
        new CommandLine(typed).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args.toArray(String[]::new));
        return typed.select(spec);
    }

    private static ModelSpec spec(int channels, int size, List<String> labels) {
        return new ModelSpec(channels, size, size, labels, 0.002, 80, 0.5, 7, true);
    }

    private static List<Integer> labels(PictureOptions.Selection pictures) {
        return pictures.read(0, pictures.count()).stream()
                .map(LabelledPicture::label)
                .toList();
    }

    /** A grey picture of one value. */
    private void picture(String name, int size, int value) throws IOException {
        PictureShape shape = new PictureShape(1, size, size);
        float[] values = new float[shape.values()];
        // A little more, so that no rounding makes it less.
        Arrays.fill(values, (value + 0.2f) / 127.5f - 1);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new PictureGrid(shape, 1, 0).png(List.of(values)));
    }

    /** Pictures of one value each, as pairs of label and value. */
    private static byte[] cifar(int... labelsAndValues) {
        byte[] file = new byte[labelsAndValues.length / 2 * (CIFAR_PICTURE + 1)];
        for (int i = 0; i < labelsAndValues.length / 2; i++) {
            int from = i * (CIFAR_PICTURE + 1);
            file[from] = (byte) labelsAndValues[2 * i];
            Arrays.fill(file, from + 1, from + 1 + CIFAR_PICTURE, (byte) labelsAndValues[2 * i + 1]);
        }
        return file;
    }
}
