package dev.glimpse.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ImageClassifier;
import java.util.Arrays;

/** Pooled features and class probabilities of a classifier that this program trained. */
final class ClassifierFeatures implements FeatureNetwork {
    private final ImageClassifier classifier;
    private final PixelTensors inputs;

    ClassifierFeatures(ImageClassifier classifier) {
        this.classifier = classifier;
        ClassifierConfig config = classifier.card().config();
        PictureShape picture = new PictureShape(config.channels(), config.height(), config.width());
        this.inputs = new PixelTensors(picture, config.channels(), BATCH, DataType.FLOAT32, PixelRange.SIGNED);
    }

    @Override
    public int dimension() {
        return classifier.card().config().features();
    }

    @Override
    public int classes() {
        return classifier.card().classes().size();
    }

    @Override
    public FeatureBlock extract(byte[] pixels, int rows) {
        try (NDManager scratch = classifier.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDList maps = classifier.features(false, inputs.of(scratch, pixels, rows));
            NDArray pooled = maps.get(maps.size() - 1);
            float[] probabilities = classifier.head(false, pooled).softmax(1).toFloatArray();
            return new FeatureBlock(
                    rows,
                    dimension(),
                    Arrays.copyOf(pooled.toFloatArray(), rows * dimension()),
                    Arrays.copyOf(probabilities, rows * classes()));
        }
    }

    @Override
    public void close() {
        classifier.close();
    }
}
