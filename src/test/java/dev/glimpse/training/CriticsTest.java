package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.TorchScriptArchive;
import dev.glimpse.model.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What critics see of real and drawn pictures. */
class CriticsTest {
    private static final int ROWS = 4;

    @TempDir
    Path directory;

    private final TrainingRecipe recipe = TinyRun.student(1);

    @Test
    void picturesAreSeenAsTheyAreWithoutAugmentation() throws IOException {
        try (Watched watched = new Watched(new Goal.Sight(0, false))) {
            float[] real = watched.logits(watched.rows.clean());
            float[] fake = watched.logits(watched.drawn);

            double hinge = mean(real, x -> Math.max(0, 1 - x)) + mean(fake, x -> Math.max(0, 1 + x));
            assertThat(watched.hinge()).isCloseTo(hinge, within(1e-5));
            assertThat(watched.persuade()).isCloseTo(mean(fake, x -> -x), within(1e-5));
        }
    }

    @Test
    void augmentedPicturesAreSeenOtherwise() throws IOException {
        try (Watched watched = new Watched(new Goal.Sight(0, true))) {
            double plain = mean(watched.logits(watched.drawn), x -> -x);

            assertThat(watched.persuade()).isNotCloseTo(plain, within(1e-3));
        }
    }

    private static double mean(float[] values, DoubleUnaryOperator of) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> of.applyAsDouble(values[i]))
                .average()
                .orElseThrow();
    }

    /** Critics whose feature maps are the pictures themselves, and some pictures for them. */
    private final class Watched implements AutoCloseable {
        private final TrainingOps ops = new TrainingOps(Device.cpu());
        private final NDManager manager = ops.manager().newSubManager();
        private final CriticLearner learner;
        private final Critics critics;
        private final Rows rows;
        private final NDArray drawn;

        Watched(Goal.Sight sight) throws IOException {
            Goal.Adversarial goal = new Goal.Adversarial(0, 2, 1, 2e-3, 4, sight);
            Path features = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of("""
                      def features(self, x: Tensor) -> List[Tensor]:
                        return [x]
                    """));
            TrainingInputs inputs = new TrainingInputs(TinyRun.data(), null, null, List.of(features), null);
            ModelSpec spec = recipe.spec();
            learner = new CriticLearner(recipe, goal, inputs, ops, null);
            critics = new Critics(List.of(features), goal, spec, ops, Device.cpu());
            Draw draw = new Draw(
                    new Draw.Origin(1, 0, 0),
                    normals(1),
                    new int[ROWS],
                    new Draw.Levels(new float[ROWS], normals(2)),
                    new Draw.Jumps(1, new int[1][ROWS], new int[ROWS], normals(3)));
            Shape picture = new Shape(spec.channels(), spec.height(), spec.width());
            rows = new Rows(manager, new Upload(), draw, picture, 2);
            drawn = rows.images(normals(4));
        }

        private float[] normals(int seed) {
            float[] values = new float[ROWS * recipe.spec().dimension()];
            NoiseStream.addNoise(values, 1, seed, 0, 0);
            return values;
        }

        float[] logits(NDArray pictures) {
            CriticTensors tensors = learner.tensors().get(0);
            return CriticNetworkTest.logits(critics.module(0), manager, tensors, pictures)
                    .toFloatArray();
        }

        double hinge() {
            return critics.hinge(rows, drawn, learner.tensors()).getFloat();
        }

        double persuade() {
            return critics.persuade(rows, drawn, learner.tensors()).getFloat();
        }

        @Override
        public void close() {
            critics.close();
            learner.close();
            manager.close();
            ops.close();
        }
    }
}
