package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriticNetworkTest {
    /** Maps of EfficientNet-lite0 for pictures of 224 x 224, one of the official run's two feature networks. */
    private static final List<Shape> OFFICIAL_MAPS = List.of(
            new Shape(1, 24, 56, 56), new Shape(1, 40, 28, 28), new Shape(1, 112, 14, 14), new Shape(1, 320, 7, 7));

    private static final int OFFICIAL_WIDTH = 64;

    @TempDir
    Path directory;

    @Test
    void convolutionsOfTheFourCriticsHaveTheOfficialSizes() {
        CriticNetwork network = new CriticNetwork(OFFICIAL_MAPS, OFFICIAL_WIDTH);
        assertThat(convolutions(network, 0))
                .containsExactly("64 <- 64", "128 <- 64", "256 <- 128", "512 <- 256", "1 <- 512");
        assertThat(convolutions(network, 1)).containsExactly("128 <- 64", "256 <- 128", "512 <- 256", "1 <- 512");
        assertThat(convolutions(network, 2)).containsExactly("256 <- 128", "512 <- 256", "1 <- 512");
        assertThat(convolutions(network, 3)).containsExactly("512 <- 256", "1 <- 512");
        // Every one of them is 4 x 4, and its weight normalised.
        List<Parameter> four =
                network.parameters().stream().filter(p -> p.shape().size() == 4).toList();
        assertThat(four).allMatch(p -> p.shape().subList(2, 4).equals(List.of(4, 4)));
        assertThat(network.normalised().stream().map(network.parameters()::get)).isEqualTo(four);
    }

    private static List<String> convolutions(CriticNetwork network, int critic) {
        return network.parameters().stream()
                .filter(p -> p.name().startsWith("critic" + critic + ".")
                        && p.shape().size() == 4)
                .map(p -> p.shape().get(0) + " <- " + p.shape().get(1))
                .toList();
    }

    @Test
    void projectionsHaveTheOfficialSizes() {
        CriticNetwork network = new CriticNetwork(OFFICIAL_MAPS, OFFICIAL_WIDTH);
        // From coarse to fine: a map's own projection, then the one of the mixture.
        assertThat(network.projections().stream().map(Parameter::shape))
                .containsExactly(
                        List.of(512, 320, 1, 1),
                        List.of(256, 512, 1, 1),
                        List.of(256, 112, 1, 1),
                        List.of(128, 256, 1, 1),
                        List.of(128, 40, 1, 1),
                        List.of(64, 128, 1, 1),
                        List.of(64, 24, 1, 1),
                        List.of(64, 64, 1, 1));
    }

    @Test
    void everyCriticOfAPictureHasSixteenLogits() {
        CriticNetwork network = new CriticNetwork(OFFICIAL_MAPS, OFFICIAL_WIDTH);
        try (EmittedOps module = new EmittedOps(network.source(), Device.cpu());
                NDManager manager = module.manager().newSubManager()) {
            CriticTensors tensors = tensors(network, manager);
            NDArray[] maps = new NDArray[OFFICIAL_MAPS.size()];
            for (int i = 0; i < maps.length; i++) {
                Shape one = OFFICIAL_MAPS.get(i);
                maps[i] = normal(manager, new Shape(2, one.get(1), one.get(2), one.get(3)), i);
            }
            NDArray logits = logits(module, manager, tensors, maps);
            assertThat(logits.getShape()).isEqualTo(new Shape(2, 4 * 16));
        }
    }

    static NDArray logits(EmittedOps module, NDManager manager, CriticTensors tensors, NDArray... maps) {
        return module.call(
                manager,
                "logits",
                EmittedOps.list(tensors.weights()),
                EmittedOps.list(tensors.projections()),
                EmittedOps.list(tensors.u()),
                EmittedOps.list(tensors.v()),
                EmittedOps.list(maps));
    }

    private static CriticTensors tensors(CriticNetwork network, NDManager manager) {
        NDArray[] weights = draw(network.parameters(), manager);
        List<NDArray> u = new ArrayList<>();
        List<NDArray> v = new ArrayList<>();
        for (int place : network.normalised()) {
            int rows = network.parameters().get(place).shape().get(0);
            u.add(normal(manager, new Shape(rows), place));
            v.add(normal(manager, new Shape(network.parameters().get(place).size() / rows), place));
        }
        return new CriticTensors(
                weights, draw(network.projections(), manager), u.toArray(NDArray[]::new), v.toArray(NDArray[]::new));
    }

    private static NDArray[] draw(List<Parameter> parameters, NDManager manager) {
        return IntStream.range(0, parameters.size())
                .mapToObj(i -> manager.create(
                        parameters.get(i).start().draw(parameters.get(i).size(), 3, i),
                        new Shape(parameters.get(i).shape().stream()
                                .mapToLong(Integer::longValue)
                                .toArray())))
                .toArray(NDArray[]::new);
    }

    private static NDArray normal(NDManager manager, Shape shape, int index) {
        float[] values = new float[Math.toIntExact(shape.size())];
        NoiseStream.addNoise(values, 1, 3, 7, index);
        return manager.create(values, shape);
    }

    @Test
    void powerIterationMakesTheLargestSingularValueOfEveryWeightOne() throws IOException {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                CriticLearner learner = learner(ops);
                NDManager manager = ops.manager().newSubManager()) {
            CriticTensors tensors = learner.tensors().get(0);
            assertThat(norms(tensors))
                    .hasSize(5)
                    .allSatisfy(norm -> assertThat(norm).isCloseTo(1, within(0.1)));
            NDArray[] still = IntStream.range(0, tensors.weights().length)
                    .mapToObj(i -> tensors.weights()[i].zerosLike())
                    .toArray(NDArray[]::new);
            for (int turn = 0; turn < 300; turn++) {
                learner.update(manager, still, 2e-3);
            }
            assertThat(norms(tensors)).allSatisfy(norm -> assertThat(norm).isCloseTo(1, within(1e-3)));
        }
    }

    /** One turn after each update is enough for that. */
    @Test
    void largestSingularValuesStayNearOneWhileWeightsMove() throws IOException {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                CriticLearner learner = learner(ops)) {
            CriticTensors tensors = learner.tensors().get(0);
            for (int update = 0; update < 100; update++) {
                try (NDManager manager = ops.manager().newSubManager()) {
                    NDArray[] gradients = new NDArray[tensors.weights().length];
                    for (int i = 0; i < gradients.length; i++) {
                        gradients[i] = normal(manager, tensors.weights()[i].getShape(), update * gradients.length + i);
                    }
                    learner.update(manager, gradients, 2e-3);
                }
                assertThat(norms(tensors)).allSatisfy(norm -> assertThat(norm).isCloseTo(1, within(0.1)));
            }
        }
    }

    @Test
    void criticsOfEachFeatureNetworkAreDrawnAnew() throws IOException {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                CriticLearner one = learner(ops);
                CriticLearner two = learner(ops, 2)) {
            List<float[]> first = drawn(two.tensors().get(0));
            List<float[]> second = drawn(two.tensors().get(1));
            List<float[]> alone = drawn(one.tensors().get(0));
            assertThat(first)
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(alone)
                    .hasSameSizeAs(second);
            for (int i = 0; i < first.size(); i++) {
                assertThat(second.get(i)).isNotEqualTo(first.get(i));
            }
        }
    }

    /** What does not begin as one value everywhere. */
    private static List<float[]> drawn(CriticTensors tensors) {
        return Stream.of(tensors.weights(), tensors.projections(), tensors.u(), tensors.v())
                .flatMap(Stream::of)
                .filter(array -> !array.max().contentEquals(array.min()))
                .map(NDArray::toFloatArray)
                .toList();
    }

    private CriticLearner learner(TrainingOps ops) throws IOException {
        return learner(ops, 1);
    }

    private CriticLearner learner(TrainingOps ops, int networks) throws IOException {
        Path features = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of("""
                  def features(self, x: Tensor) -> List[Tensor]:
                    coarse = torch.avg_pool2d(x, [2, 2], [2, 2], [0, 0], False, True, None)
                    return [x, torch.sin(torch.mul(coarse, 3.))]
                """));
        TrainingInputs inputs =
                new TrainingInputs(TinyRun.data(), null, null, Collections.nCopies(networks, features), null);
        Goal.Adversarial goal = new Goal.Adversarial(0, 2, 1, 2e-3, 4, new Goal.Sight(0, true));
        return new CriticLearner(TinyRun.student(1), goal, inputs, ops, null);
    }

    /** Largest singular values of W / (u^T W v). */
    private static List<Double> norms(CriticTensors tensors) {
        List<Double> norms = new ArrayList<>();
        for (NDArray weight : tensors.weights()) {
            if (weight.getShape().dimension() == 4) {
                int rows = Math.toIntExact(weight.getShape().get(0));
                float[] values = weight.toFloatArray();
                RealMatrix matrix = new Array2DRowRealMatrix(rows, values.length / rows);
                for (int k = 0; k < values.length; k++) {
                    matrix.setEntry(k / (values.length / rows), k % (values.length / rows), values[k]);
                }
                double[] u = doubles(tensors.u()[norms.size()]);
                double[] v = doubles(tensors.v()[norms.size()]);
                double divisor = 0;
                for (int i = 0; i < rows; i++) {
                    divisor += u[i] * matrix.operate(v)[i];
                }
                norms.add(new SingularValueDecomposition(matrix).getNorm() / divisor);
            }
        }
        return norms;
    }

    private static double[] doubles(NDArray array) {
        float[] values = array.toFloatArray();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** So the norm that divides a weight is the weight's own. */
    @Test
    void scaleOfAWeightDoesNotMatter() {
        CriticNetwork network = new CriticNetwork(List.of(new Shape(1, 3, 8, 8), new Shape(1, 5, 4, 4)), 4);
        try (EmittedOps module = new EmittedOps(network.source(), Device.cpu());
                NDManager manager = module.manager().newSubManager()) {
            CriticTensors tensors = tensors(network, manager);
            NDArray[] maps = {normal(manager, new Shape(2, 3, 8, 8), 1), normal(manager, new Shape(2, 5, 4, 4), 2)};
            float[] expected = logits(module, manager, tensors, maps).toFloatArray();
            NDArray[] scaled = tensors.weights().clone();
            network.normalised().forEach(place -> scaled[place] = scaled[place].mul(3));
            CriticTensors louder = new CriticTensors(scaled, tensors.projections(), tensors.u(), tensors.v());
            float[] actual = logits(module, manager, louder, maps).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
            }
        }
    }
}
