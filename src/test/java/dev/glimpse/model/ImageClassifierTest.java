package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageClassifierTest {
    private static final ClassifierConfig CONFIG = new ClassifierConfig(3, 12, 10, 2, List.of(8, 16));
    private static final int ROWS = 5;

    @Test
    void featuresAreOneMapPerScaleAndTheirPooledVector() {
        try (ImageClassifier classifier = load()) {
            NDArray x = pictures(classifier.manager());
            NDList features = classifier.features(false, x);
            assertThat(features.stream().map(NDArray::getShape))
                    .containsExactly(new Shape(ROWS, 8, 12, 10), new Shape(ROWS, 16, 6, 5), new Shape(ROWS, 16));
            NDArray pooled = features.get(1).mean(new int[] {3}).mean(new int[] {2});
            assertThat(pooled.sub(features.get(2)).abs().max().getFloat()).isLessThan(1e-5f);
        }
    }

    @Test
    void logitsAreTheHeadOfTheFeatureVector() {
        try (ImageClassifier classifier = load();
                TorchScriptFile file = TorchScriptFile.load(archive(), "test", Device.cpu())) {
            NDArray x = pictures(classifier.manager());
            NDList features = classifier.features(false, x);
            float[] logits = classifier.head(false, features.get(2)).toFloatArray();
            assertThat(logits).hasSize(ROWS * 2).doesNotContain(Float.NaN);
            NDArray again = pictures(file.manager());
            try (IValue result = file.run("logits", false, IValue.from((PtNDArray) again))) {
                assertThat(result.toTensor((PtNDManager) file.manager()).toFloatArray())
                        .containsExactly(logits);
            }
        }
    }

    @Test
    void featuresFollowTheirGradientWithRespectToThePicture() {
        try (ImageClassifier classifier = load()) {
            NDManager manager = classifier.manager();
            NDArray x = pictures(manager);
            x.setRequiresGradient(true);
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(true);
            NDArray sum = total(classifier.features(true, x));
            JniUtils.backward((PtNDArray) sum, (PtNDArray) manager.ones(sum.getShape()), false, false);
            JniUtils.setGradMode(before);
            float[] gradient = x.getGradient().toFloatArray();
            float[] values = x.toFloatArray();
            double step = 1e-2;
            for (int index : new int[] {0, 77, values.length - 1}) {
                double slope =
                        (moved(classifier, values, index, step) - moved(classifier, values, index, -step)) / (2 * step);
                assertThat((double) gradient[index]).isCloseTo(slope, within(0.02 * Math.abs(slope) + 0.02));
            }
        }
    }

    @Test
    void fileTellsWhatItIs() {
        assertThat(ImageClassifier.card(archive(), "test")).hasValueSatisfying(card -> {
            assertThat(card.config()).isEqualTo(CONFIG);
            assertThat(card.classes()).containsExactly("dark", "bright");
            assertThat(card.testAccuracy()).isEqualTo(0.75);
        });
    }

    @Test
    void sameWeightsAreTheSameFile() {
        assertThat(archive()).isEqualTo(archive());
    }

    @Test
    void otherFilesAreNoClassifier() {
        byte[] text = "no archive".getBytes(StandardCharsets.UTF_8);
        assertThat(ImageClassifier.card(text, "x.pt")).isEmpty();
        assertThatThrownBy(() -> ImageClassifier.load(text, "x.pt", Device.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("x.pt: no classifier.json in it (expected: a classifier of this program)");
        assertThatThrownBy(() -> TorchScriptFile.load(text, "x.pt", Device.cpu()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("x.pt: cannot be loaded (expected: a TorchScript module): ")
                .hasMessageContaining("not a ZIP archive")
                .hasCauseInstanceOf(EngineException.class);
    }

    @Test
    void usualSizeHalvesPicturesUntilTheyAreSmall() {
        assertThat(ClassifierConfig.of(1, 28, 28, 10).widths()).containsExactly(32, 64, 128);
        assertThat(ClassifierConfig.of(3, 64, 64, 1000).widths()).containsExactly(32, 64, 128, 128, 128);
        assertThat(ClassifierConfig.of(1, 4, 9, 2).widths()).containsExactly(32);
    }

    private static double moved(ImageClassifier classifier, float[] values, int index, double by) {
        float[] moved = values.clone();
        moved[index] += (float) by;
        NDArray x = classifier.manager().create(moved, new Shape(ROWS, 3, 12, 10));
        return total(classifier.features(false, x)).getFloat();
    }

    private static NDArray total(NDList features) {
        return features.get(0)
                .sum()
                .add(features.get(1).square().sum())
                .add(features.get(2).sum());
    }

    private static NDArray pictures(NDManager manager) {
        Random random = new Random(3);
        float[] values = new float[ROWS * 3 * 12 * 10];
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return manager.create(values, new Shape(ROWS, 3, 12, 10));
    }

    private static ImageClassifier load() {
        return ImageClassifier.load(archive(), "test", Device.cpu());
    }

    private static byte[] archive() {
        ClassifierNetwork network = new ClassifierNetwork(CONFIG);
        Random random = new Random(5);
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            float[] values = new float[parameter.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (parameter.start().centre() + random.nextGaussian() / 4);
            }
            weights.put(parameter.name(), values);
        }
        for (Parameter statistic : network.statistics()) {
            float[] values = new float[statistic.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (statistic.start().centre() + random.nextFloat() / 4);
            }
            weights.put(statistic.name(), values);
        }
        ClassifierCard card =
                new ClassifierCard(CONFIG, List.of("dark", "bright"), 0.75, "0".repeat(64), new JsonObject());
        return network.archive(weights, card);
    }
}
