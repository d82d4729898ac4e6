package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.SongUNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipe for 8 x 8 grey pictures of two classes, between 0.002 and 80. */
class TrainingInputsTest {
    private static final TrainingRecipe RECIPE = TinyRun.student(1);

    @TempDir
    Path directory;

    private ModelDirectory model(int size, int classes, double sigmaMax) throws IOException {
        return model(size, List.of("left", "right").subList(0, classes), sigmaMax);
    }

    private ModelDirectory model(String... labels) throws IOException {
        return model(8, List.of(labels), 80);
    }

    private ModelDirectory model(int size, List<String> labels, double sigmaMax) throws IOException {
        return model(size, labels, sigmaMax, 0.5, SongUNetConfig.Variant.DDPMPP);
    }

    private ModelDirectory model(
            int size, List<String> labels, double sigmaMax, double sigmaData, SongUNetConfig.Variant variant)
            throws IOException {
        SongUNetConfig network =
                new SongUNetConfig(size, 1, 1, labels.size(), 8, List.of(1, 2), 1, List.of(4), variant, false, 0);
        Map<String, float[]> weights =
                network.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> new float[p.size()]));
        ModelSpec spec = new ModelSpec(1, size, size, labels, 0.002, sigmaMax, sigmaData, 7, false);
        Path place = directory.resolve(variant + "-" + sigmaData);
        ModelDirectory.write(place, spec, network, weights, new JsonObject());
        return ModelDirectory.read(place);
    }

    private static void require(ModelDirectory teacher, ModelDirectory start) {
        new TrainingInputs(TinyRun.data(), teacher, start, List.of(), null).requireFit(RECIPE);
    }

    private static void begin(ModelDirectory teacher, ModelDirectory start) {
        new TrainingInputs(TinyRun.data(), teacher, start, List.of(), null).requireStart(RECIPE);
    }

    @Test
    void teacherOfTheSamePicturesIsTaken() throws IOException {
        ModelDirectory same = model(8, 2, 80);
        assertThatCode(() -> require(same, same)).doesNotThrowAnyException();
    }

    @Test
    void teacherWithoutClassesIsRefused() throws IOException {
        ModelDirectory unconditional = model(8, 0, 80);
        assertThatThrownBy(() -> require(unconditional, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("teacher: 1 x 8 x 8 of 0 classes (expected: 1 x 8 x 8 of 2 classes, as the recipe's)");
    }

    /** Nothing else would tell: the student learns pictures of the wrong class from it. */
    @Test
    void teacherOfOtherClassesIsRefusedByTheFirstOne() throws IOException {
        ModelDirectory turned = model("right", "left");
        assertThatThrownBy(() -> require(turned, null))
                .hasMessage("teacher: class 0 is right (expected: left, as the recipe's)");
    }

    @Test
    void teacherWhoseClassesAreNumbersIsTaken() throws IOException {
        ModelDirectory converted = model("0", "1");
        assertThatCode(() -> require(converted, converted)).doesNotThrowAnyException();
    }

    /** As those of a recipe with class_count and no names. */
    @Test
    void teacherWhoseClassesAreCountedIsTaken() throws IOException {
        ModelDirectory counted = model("class 0", "class 1");
        assertThatCode(() -> require(counted, counted)).doesNotThrowAnyException();
    }

    @Test
    void numbersThatAreNoIndicesAreNames() throws IOException {
        ModelDirectory turned = model("1", "0");
        assertThatThrownBy(() -> require(turned, null))
                .hasMessage("teacher: class 0 is 1 (expected: left, as the recipe's)");
    }

    @Test
    void startOfTheSameClassesInAnotherOrderIsRefused() throws IOException {
        ModelDirectory turned = model("right", "left");
        assertThatThrownBy(() -> require(null, turned))
                .hasMessage("init: class 0 is right (expected: left, as the recipe's)");
    }

    @Test
    void startOfOtherClassesIsTaken() throws IOException {
        ModelDirectory other = model("up", "down");
        assertThatCode(() -> require(null, other)).doesNotThrowAnyException();
    }

    @Test
    void teacherOfLowerTimesIsRefused() throws IOException {
        ModelDirectory low = model(8, 2, 40);
        assertThatThrownBy(() -> require(low, null))
                .hasMessage("teacher: times from 0.002 to 40.0 (expected: those of the recipe, from 0.002 to 80.0)");
    }

    /** As the shapes are the same, the run would go on as if nothing were wrong. */
    @Test
    void weightsThatMeanSomethingElseAreRefused() throws IOException {
        SongUNetConfig.Variant ncsnpp = SongUNetConfig.Variant.NCSNPP;
        ModelDirectory narrow = model(8, List.of("left", "right"), 80, 0.25, SongUNetConfig.Variant.DDPMPP);
        assertThatThrownBy(() -> begin(narrow, null))
                .hasMessage("teacher: sigma_data 0.25 (expected: 0.5, as the recipe's, as its weights are taken)");
        assertThatThrownBy(() -> begin(null, narrow)).hasMessageStartingWith("init: sigma_data 0.25 (expected: 0.5");
        ModelDirectory other = model(8, List.of("left", "right"), 80, 0.5, ncsnpp);
        assertThatThrownBy(() -> begin(other, null))
                .hasMessage(
                        "teacher: variant ncsnpp (expected: variant ddpmpp, as the recipe's, as its weights are taken)");
    }

    /** It shows the way with a network of its own. */
    @Test
    void aTeacherWhoseWeightsAreNotTakenMayBeOfAnotherKind() throws IOException {
        ModelDirectory other = model(8, List.of("left", "right"), 80, 0.25, SongUNetConfig.Variant.NCSNPP);
        ModelDirectory same = model(8, 2, 80);
        assertThatCode(() -> begin(other, same)).doesNotThrowAnyException();
    }

    /** Such as those of an adversarial recipe beside the plain one: the run would learn by pixels to its end. */
    @Test
    void filesThatTheRecipeHasNoUseForAreRefused() {
        List<Path> files = List.of(Path.of("a.pt"), Path.of("b.pt"));
        TrainingInputs features = new TrainingInputs(TinyRun.data(), null, null, files, null);
        TrainingInputs model = new TrainingInputs(TinyRun.data(), null, null, List.of(), Path.of("lpips.pt"));
        for (TrainingRecipe recipe : List.of(RECIPE, TinyRun.denoiser(1))) {
            assertThatThrownBy(() -> features.requireFit(recipe))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("features: a.pt, b.pt (expected: none, as the recipe has neither a perceptual distance"
                            + " nor critics)");
            assertThatThrownBy(() -> model.requireFit(recipe))
                    .hasMessage("distance model: lpips.pt (expected: none, as the recipe has no learned distance)");
        }
    }

    @Test
    void startOfOtherPicturesIsRefused() throws IOException {
        ModelDirectory large = model(16, 2, 80);
        assertThatThrownBy(() -> require(null, large))
                .hasMessage("init: 1 x 16 x 16 of 2 classes (expected: 1 x 8 x 8 of 2 classes, as the recipe's)");
    }
}
