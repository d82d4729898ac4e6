package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.Upload;
import dev.glimpse.testing.GoldenTensors;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What critics see and say, against numbers of the official code. */
class GoldenAdversarialTest {
    private final TrainingOps ops = new TrainingOps(Device.cpu());
    private final CriticNetwork definition =
            new CriticNetwork(List.of(new Shape(1, 3, 16, 16), new Shape(1, 5, 8, 8)), 4);
    private final EmittedOps critics = new EmittedOps(definition.source(), Device.cpu());
    private final NDManager manager = critics.manager().newSubManager();

    @AfterEach
    void close() {
        manager.close();
        critics.close();
        ops.close();
    }

    @Test
    void augmentedPicturesAreTheOfficialOnes() {
        GoldenTensors golden = GoldenTensors.load("misc");
        float[] x = golden.floats("diffaug/x");
        int count = golden.floats("diffaug/brightness").length;
        int side = (int) Math.sqrt(x.length / (3.0 * count));
        Draw draw = new Draw(new Draw.Origin(1, 0, 0), x, new int[count], new Draw.Levels(new float[count], x), null);
        Rows rows = new Rows(manager, new Upload(), draw, new Shape(3, side, side), 0);
        Augmentation augmentation = new Augmentation(
                golden.floats("diffaug/brightness"),
                golden.floats("diffaug/saturation"),
                golden.floats("diffaug/contrast"),
                floats(golden.integers("diffaug/translation_x")),
                floats(golden.integers("diffaug/translation_y")),
                floats(golden.integers("diffaug/offset_x")),
                floats(golden.integers("diffaug/offset_y")));
        assertClose(augmentation.apply(ops, rows, rows.clean()), golden.floats("diffaug/out"));
    }

    @ParameterizedTest
    @ValueSource(ints = {56, 7})
    void resizedPictureIsTheOfficialOne(int side) {
        GoldenTensors golden = GoldenTensors.load("misc");
        float[] x = golden.floats("bilinear/x16");
        int from = (int) Math.sqrt(x.length);
        NDArray picture = manager.create(x, new Shape(1, 1, from, from));
        assertClose(ops.resize(manager, picture, side), golden.floats("bilinear/to" + side));
    }

    @Test
    void hingeLossesAreTheOfficialOnes() {
        GoldenTensors golden = GoldenTensors.load("losses_song_cond");
        NDArray real = manager.create(golden.floats("gan/logits_real"));
        NDArray fake = manager.create(golden.floats("gan/logits_fake"));
        assertClose(
                critics.call(manager, "hinge", EmittedOps.tensor(real), EmittedOps.tensor(fake)),
                golden.floats("gan/d_loss"));
        assertClose(critics.call(manager, "persuade", EmittedOps.tensor(fake)), golden.floats("gan/g_loss"));
    }

    private static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static void assertClose(NDArray actual, float[] expected) {
        float[] values = actual.toFloatArray();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values[i]).as("value %d", i).isCloseTo(expected[i], within(1e-5f));
        }
    }
}
