package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.evaluation.FeatureMoments;
import dev.glimpse.evaluation.FeatureSet;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.FrechetDistance;
import dev.glimpse.evaluation.PrecisionRecall;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.TorchScriptArchive;
import dev.glimpse.training.DataPart;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSetException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data of an evaluation where the model has no classes that could tell what folders there should be. */
class EvaluationReferenceTest {
    private static final PictureShape SHAPE = new PictureShape(1, TinyData.SIZE, TinyData.SIZE);

    @TempDir
    Path directory;

    @Test
    void foldersAreClassesOfTheirOwn() throws IOException {
        // One is named as a number is that stands for a class of other formats.
        for (String folder : List.of("dogs", "cats", "1")) {
            picture(folder);
        }

        DataSet data = read();

        assertThat(data.count()).isEqualTo(3);
        assertThat(labels(data)).containsExactly(0, 1, 2);
        assertThat(data.classes()).startsWith("1", "cats", "dogs").doesNotHaveDuplicates();
    }

    @Test
    void foldersMayBeMoreThanAByteNumbers() throws IOException {
        for (int i = 0; i < 300; i++) {
            picture("class-%03d".formatted(i));
        }

        assertThat(labels(read()))
                .containsExactlyElementsOf(IntStream.range(0, 300).boxed().toList());
    }

    @Test
    void foldersBesideFilesOfAnotherFormatDoNotMatter() throws IOException {
        TinyData.write(directory, "train", 9, 3);
        picture("samples");

        assertThat(read().count()).isEqualTo(9);
    }

    @Test
    void directoryThatDoesNotExistIsNamed() {
        Path nowhere = directory.resolve("nowhere");

        assertThatThrownBy(() -> EvaluationReference.read(nowhere, DataPart.TRAIN, SHAPE, List.of(), directory))
                .isInstanceOf(DataSetException.class)
                .hasMessage("data: " + nowhere + " (expected: a directory)");
    }

    @Test
    void picturesOfAnotherSizeAreToldWithBoth() throws IOException {
        TinyData.write(directory, "train", 9, 3);
        PictureShape larger = new PictureShape(3, 16, 16);

        assertThatThrownBy(() ->
                        EvaluationReference.read(directory, DataPart.TRAIN, larger, List.of("a", "b", "c"), directory))
                .hasMessage("--data: " + directory + " with pictures of 1 x 8 x 8 (expected: such as the model makes,"
                        + " 3 x 16 x 16)");
    }

    @Test
    void keptStatisticsAreOnlyUsedForPicturesOfTheirShape() throws IOException {
        picture("one");
        FeatureSource features = means();

        StatisticsFile whole = statistics(SHAPE, features);
        StatisticsFile smaller = statistics(new PictureShape(1, 2, 2), features);

        assertThat(smaller.scope()).isEqualTo(whole.scope());
        assertThat(whole.run())
                .as("as earlier versions have it")
                .contains("PictureShape[channels=1, height=8, width=8]");
        assertThat(smaller.run()).isNotEqualTo(whole.run());
    }

    /** A folder's checksum tells the names and sizes of its files alone. */
    @Test
    void picturesReplacedByOthersOfTheSameSizeAreLookedAtAnew() throws IOException {
        FeatureSource features = means();
        EvaluationReference before = twoPicturesOf(-0.5f);
        FrechetDistance toBefore = new FrechetDistance(moments(before, features));
        long size = Files.size(directory.resolve("all/one/b.png"));

        EvaluationReference after = twoPicturesOf(0.5f);

        assertThat(directory.resolve("all/one/b.png")).hasSize(size);
        assertThat(after.data().sha256()).isEqualTo(before.data().sha256());
        assertThat(toBefore.to(moments(before, features))).isZero();
        assertThat(toBefore.to(moments(after, features))).isPositive();
    }

    private EvaluationReference twoPicturesOf(float value) throws IOException {
        picture("all/one/a.png", value);
        picture("all/one/b.png", value);
        return reference("all");
    }

    private static FeatureMoments moments(EvaluationReference reference, FeatureSource features) throws IOException {
        return statistics(reference, features, 0).settings().get(0).moments();
    }

    /** As precision and recall would else be those of the first classes alone. */
    @Test
    void keptVectorsAreOfEveryFolder() throws IOException {
        for (int i = 0; i < 40; i++) {
            picture("all/a/" + i + ".png", -0.5f);
            picture("all/b/" + i + ".png", 0);
            picture("all/c/" + i + ".png", 0.5f);
            picture("last/c/" + i + ".png", 0.5f);
        }
        EvaluationReference reference = reference("all");
        FeatureSource features = means();

        StatisticsFile some = statistics(reference, features, 12);

        FeatureSet last =
                statistics(reference("last"), features, 12).settings().get(0).kept();
        FeatureSet kept = some.settings().get(0).kept();
        assertThat(kept.count()).isEqualTo(12);
        assertThat(PrecisionRecall.of(kept, last, 3).precision()).isEqualTo(1);
        assertThat(some.run()).as("told from what earlier versions kept").endsWith(",\"kept\":\"spread\"}");
        assertThat(statistics(reference, features, 12).run()).isEqualTo(some.run());
        for (int all : new int[] {0, 120, 500}) {
            assertThat(statistics(reference, features, all).run())
                    .as("as earlier versions have it")
                    .endsWith("\"features_input\":\""
                            + features.range().map(Enum::name).orElse("") + "\"}");
        }
    }

    private EvaluationReference reference(String data) {
        return EvaluationReference.read(directory.resolve(data), DataPart.TRAIN, SHAPE, List.of(), directory);
    }

    /** Of pictures whose checksum does not tell how large they were read. */
    private StatisticsFile statistics(PictureShape shape, FeatureSource features) throws IOException {
        EvaluationReference read =
                EvaluationReference.read(directory, DataPart.TRAIN, shape, List.of("one"), directory);
        EvaluationReference reference =
                new EvaluationReference(directory, read.part(), read.data(), "0".repeat(64), directory);
        return statistics(reference, features, 0);
    }

    private static StatisticsFile statistics(EvaluationReference reference, FeatureSource features, int kept)
            throws IOException {
        DataSet data = reference.data();
        PictureShape shape = new PictureShape(data.channels(), data.height(), data.width());
        try (EvaluationWorkers workers =
                new EvaluationWorkers(thread -> EvaluationWorker.of(features, shape, ComputeDevice.cpu()), 1)) {
            return reference.statistics(workers, features, kept, new PrintWriter(Writer.nullWriter()));
        }
    }

    /** A picture's mean in place of what a network finds in it. */
    private FeatureSource means() throws IOException {
        Path module = directory.resolve("features.pt");
        Files.write(module, TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> Tensor:
                    return torch.mean(torch.to(x, 6), [2, 3])
                """));
        return FeatureSource.file(module, Optional.empty(), false);
    }

    private DataSet read() {
        return EvaluationReference.read(directory, DataPart.TRAIN, SHAPE, List.of(), directory)
                .data();
    }

    private static List<Integer> labels(DataSet data) {
        return IntStream.range(0, data.count()).mapToObj(data::label).toList();
    }

    private void picture(String folder) throws IOException {
        picture(folder + "/a.png", 0.5f);
    }

    private void picture(String name, float value) throws IOException {
        float[] values = new float[SHAPE.values()];
        Arrays.fill(values, value);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new PictureGrid(SHAPE, 1, 0).png(List.of(values)));
    }
}
