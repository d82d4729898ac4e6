package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ImageClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierTrainingTest {
    private static final ClassifierConfig CONFIG =
            new ClassifierConfig(1, TinyRun.SIZE, TinyRun.SIZE, 2, List.of(8, 16));
    private static final ClassifierRecipe RECIPE = new ClassifierRecipe(5, 20, 16, 1e-2, 0, false);

    @TempDir
    Path directory;

    @Test
    void classesThatAreEasyToTellAreTold() {
        List<Double> losses = new ArrayList<>();
        try (ClassifierTraining training = training(RECIPE)) {
            training.run((step, steps, loss) -> losses.add(loss));
            assertThat(training.accuracy(TinyRun.data())).isEqualTo(1);
        }
        assertThat(losses).hasSize(40);
        assertThat(losses.get(39)).isLessThan(losses.get(0) / 4);
    }

    @Test
    void sameSeedAndDataGiveTheSameWeightsTwice() {
        Map<String, float[]> one = trained();
        Map<String, float[]> other = trained();
        assertThat(one).isNotEmpty();
        assertThat(other).containsOnlyKeys(one.keySet());
        one.forEach((name, values) -> assertThat(other.get(name)).isEqualTo(values));
    }

    @Test
    void exportedFileNamesTheClassesThatTrainingNames() {
        ClassifierNetwork network = new ClassifierNetwork(CONFIG);
        ClassifierCard card = new ClassifierCard(CONFIG, TinyRun.data().classes(), 1, "", new JsonObject());
        byte[] file = network.archive(trained(), card);
        ImageDataSet data = TinyRun.data();
        float[] x = new float[data.count() * data.dimension()];
        for (int i = 0; i < data.count(); i++) {
            data.read(i, x, i * data.dimension());
        }
        try (ImageClassifier classifier = ImageClassifier.load(file, "test", Device.cpu())) {
            NDArray pictures = classifier.manager().create(x, new Shape(data.count(), 1, TinyRun.SIZE, TinyRun.SIZE));
            NDList features = classifier.features(false, pictures);
            long[] named = classifier
                    .head(false, features.get(features.size() - 1))
                    .argMax(1)
                    .toLongArray();
            for (int i = 0; i < data.count(); i++) {
                assertThat(named[i]).isEqualTo(data.labels()[i]);
            }
        }
    }

    /** As perceptual distances and critics see by it; the halves go down to four pixels. */
    @ParameterizedTest
    @CsvSource({"1, 28, 3", "3, 32, 4", "3, 64, 5"})
    void exportedFileGivesAMapPerScaleOfPicturesOfTheUsualSizes(int channels, int side, int maps) throws IOException {
        ClassifierNetwork network = new ClassifierNetwork(ClassifierConfig.of(channels, side, side, 2));
        Map<String, float[]> values = new HashMap<>();
        Stream.concat(network.parameters().stream(), network.statistics().stream())
                .forEach(p -> values.put(p.name(), p.start().draw(p.size(), 1, values.size())));
        ClassifierCard card = new ClassifierCard(network.config(), List.of("a", "b"), 1, "", new JsonObject());
        Path file = Files.write(directory.resolve("classifier.pt"), network.archive(values, card));
        try (FrozenNetwork frozen = FrozenNetwork.load(file, Device.cpu())) {
            List<Shape> shapes = frozen.maps(new Shape(1, channels, side, side));
            assertThat(shapes).hasSize(maps);
            for (int i = 0; i < maps; i++) {
                assertThat(shapes.get(i).get(2)).isEqualTo(side >> i);
            }
        }
    }

    @Test
    void stoppedRunReturnsAfterItsStep() {
        try (ClassifierTraining training = training(RECIPE)) {
            training.run((step, steps, loss) -> {
                if (step == 3) {
                    training.stop();
                }
            });
            assertThat(training.step()).isEqualTo(3);
        }
    }

    @Test
    void picturesAreMovedMirroredAndFilledWithBlack() {
        byte[] pixels = {(byte) 255, 0, 0, 0, 0, 0, 0, 0, 0};
        ImageDataSet corner = new ImageDataSet(1, 3, 3, pixels, new byte[1], List.of("a", "b"));
        AugmentedPictures pictures = new AugmentedPictures(corner, new ClassifierRecipe(1, 1, 1, 1, 1, true));
        Set<Integer> places = new HashSet<>();
        for (int step = 0; step < 200; step++) {
            float[] x = pictures.batch(step, 1).x();
            int place = -1;
            for (int i = 0; i < x.length; i++) {
                assertThat(x[i]).isIn(-1f, 1f);
                place = x[i] == 1 ? i : place;
            }
            places.add(place);
        }
        // The corner moves out, stays, or goes one pixel on, in both directions; mirrored it does so on the other side.
        assertThat(places).containsExactlyInAnyOrder(-1, 0, 1, 2, 3, 4, 5);
    }

    private static Map<String, float[]> trained() {
        try (ClassifierTraining training = training(RECIPE)) {
            training.run((step, steps, loss) -> {});
            return training.weights();
        }
    }

    private static ClassifierTraining training(ClassifierRecipe recipe) {
        return new ClassifierTraining(new ClassifierNetwork(CONFIG), recipe, TinyRun.data(), ComputeDevice.cpu());
    }
}
