package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ImageClassifier;
import dev.glimpse.training.DataPart;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The classifier that comes with the program, on the pictures that it was tested by. */
class BuiltInClassifierIT {
    private static final Path DATA = Path.of("/usr/share/datasets/fashion-mnist");
    private static final int BATCH = 500;

    /** Rounding, which differs between processors, may turn a picture or two. */
    @Test
    void namesAsManyOfTheTestPicturesAsItsCardSays() {
        try (ImageClassifier classifier =
                ImageClassifier.load(ImageClassifier.builtIn(), "classifier.pt", Device.cpu())) {
            DataSet data = DataSets.open(DATA, DataPart.TEST, classifier.card().classes(), new PictureShape(1, 28, 28));
            int right = 0;
            for (int from = 0; from < data.count(); from += BATCH) {
                long[] seen = classes(classifier, data, from);
                for (int i = 0; i < BATCH; i++) {
                    right += seen[i] == data.label(from + i) ? 1 : 0;
                }
            }
            assertThat((double) right / data.count())
                    .isCloseTo(classifier.card().testAccuracy(), within(5e-4))
                    .isCloseTo(0.922, within(5e-4));
        }
    }

    private static long[] classes(ImageClassifier classifier, DataSet data, int from) {
        float[] values = new float[BATCH * data.dimension()];
        for (int i = 0; i < BATCH; i++) {
            data.read(from + i, values, i * data.dimension());
        }
        try (NDManager scratch = classifier.manager().newSubManager();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray x = scratch.create(values, new Shape(BATCH, data.channels(), data.height(), data.width()));
            NDList features = classifier.features(false, x);
            return classifier
                    .head(false, features.get(features.size() - 1))
                    .argMax(1)
                    .toLongArray();
        }
    }
}
