package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances of two pictures of 8 x 8, against their formulas in doubles. */
class DistancesTest {
    private static final int SIDE = 8;
    private static final int ROWS = 2;

    @TempDir
    Path directory;

    private final TrainingOps ops = new TrainingOps(Device.cpu());
    private final NDManager manager = ops.manager().newSubManager();
    private final float[] a = normals(1);
    private final float[] b = normals(2);
    private final List<FrozenNetwork> networks = new ArrayList<>();

    private static float[] normals(int index) {
        float[] values = new float[ROWS * SIDE * SIDE];
        NoiseStream.addNoise(values, 0.5f, 4, index, 0);
        return values;
    }

    @AfterEach
    void close() {
        networks.forEach(FrozenNetwork::close);
        manager.close();
        ops.close();
    }

    private float[] measure(Goal.Distance distance) {
        Shape shape = new Shape(ROWS, 1, SIDE, SIDE);
        NDArray measured = new Distances(ops, distance, networks)
                .perPicture(manager, manager.create(a, shape), manager.create(b, shape));
        return measured.toFloatArray();
    }

    private FrozenNetwork load(String source) throws IOException {
        Path file = directory.resolve(networks.size() + ".pt");
        return FrozenNetwork.load(Files.write(file, TorchScriptArchive.of(source)), Device.cpu());
    }

    /** c decides where the square ends: the pictures lie beyond one of these and below the other. */
    @ParameterizedTest
    @ValueSource(doubles = {0.03, 50})
    void pseudoHuberIsTheRootOfTheSquaredNormAndItsBound(double c) {
        float[] measured = measure(new Goal.Distance.PseudoHuber(c));
        for (int row = 0; row < ROWS; row++) {
            double squares = 0;
            for (int p = row * SIDE * SIDE; p < (row + 1) * SIDE * SIDE; p++) {
                squares += Math.pow((double) a[p] - b[p], 2);
            }
            double expected = Math.sqrt(squares + c * c) - c;
            assertThat((double) measured[row]).isCloseTo(expected, within(1e-4 * expected));
        }
    }

    /** The first network shows the picture and its square, the second one twice the picture at half the size. */
    @Test
    void perceptualDistanceComparesNormalisedFeaturesOfAllNetworksAndPixels() throws IOException {
        networks.add(load("""
                  def features(self, x: Tensor) -> List[Tensor]:
                    return [torch.cat([x, torch.mul(x, x)], 1)]
                """));
        networks.add(load("""
                  def features(self, x: Tensor) -> List[Tensor]:
                    h = torch.avg_pool2d(x, [2, 2], [2, 2], [0, 0], False, True, None)
                    return [torch.cat([torch.mul(h, 2.), torch.exp(h)], 1)]
                """));
        float[] measured = measure(new Goal.Distance.Perceptual(SIDE / 2, 0.3));
        for (int row = 0; row < ROWS; row++) {
            double[] x = halved(doubles(a, row), SIDE);
            double[] y = halved(doubles(b, row), SIDE);
            double expected = 0.3 * squaredError(row);
            for (int p = 0; p < x.length; p++) {
                expected += apart(x[p], x[p] * x[p], y[p], y[p] * y[p]) / x.length;
            }
            x = halved(x, SIDE / 2);
            y = halved(y, SIDE / 2);
            for (int p = 0; p < x.length; p++) {
                expected += apart(2 * x[p], Math.exp(x[p]), 2 * y[p], Math.exp(y[p])) / x.length;
            }
            assertThat((double) measured[row]).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    /** Squared distance of two vectors of two channels, each brought to length one. */
    private static double apart(double x0, double x1, double y0, double y1) {
        double x = Math.hypot(x0, x1);
        double y = Math.hypot(y0, y1);
        return Math.pow(x0 / x - y0 / y, 2) + Math.pow(x1 / x - y1 / y, 2);
    }

    private double squaredError(int row) {
        double[] x = doubles(a, row);
        double[] y = doubles(b, row);
        double sum = 0;
        for (int p = 0; p < x.length; p++) {
            sum += (x[p] - y[p]) * (x[p] - y[p]);
        }
        return sum / x.length;
    }

    private static double[] doubles(float[] pictures, int row) {
        double[] values = new double[SIDE * SIDE];
        for (int p = 0; p < values.length; p++) {
            values[p] = pictures[row * values.length + p];
        }
        return values;
    }

    /** At half the size bilinear values are means of 2 x 2. */
    private static double[] halved(double[] picture, int side) {
        int half = side / 2;
        double[] small = new double[half * half];
        for (int p = 0; p < picture.length; p++) {
            small[p / side / 2 * half + p % side / 2] += picture[p] / 4;
        }
        return small;
    }

    @Test
    void learnedDistanceIsTheVerdictOnResizedPicturesInTheUnitRange() throws IOException {
        networks.add(load("""
                  def forward(self, a: Tensor, b: Tensor) -> Tensor:
                    return torch.mean(torch.mul(a, torch.exp(b)), [1, 2, 3])
                """));
        float[] measured = measure(new Goal.Distance.Learned(SIDE / 2));
        for (int row = 0; row < ROWS; row++) {
            double[] x = halved(doubles(a, row), SIDE);
            double[] y = halved(doubles(b, row), SIDE);
            double expected = 0;
            for (int p = 0; p < x.length; p++) {
                expected += (x[p] + 1) / 2 * Math.exp((y[p] + 1) / 2) / x.length;
            }
            assertThat((double) measured[row]).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    /** As the option's help says. */
    @Test
    void learnedDistanceOfPicturesThatKeepTheirSizeIsTheVerdictOnTheSignedRange() throws IOException {
        networks.add(load("""
                  def forward(self, a: Tensor, b: Tensor) -> Tensor:
                    return torch.mean(torch.mul(a, torch.exp(b)), [1, 2, 3])
                """));
        float[] measured = measure(new Goal.Distance.Learned(0));
        for (int row = 0; row < ROWS; row++) {
            double[] x = doubles(a, row);
            double[] y = doubles(b, row);
            double expected = 0;
            for (int p = 0; p < x.length; p++) {
                expected += x[p] * Math.exp(y[p]) / x.length;
            }
            assertThat((double) measured[row]).isCloseTo(expected, within(1e-4 * Math.max(0.1, Math.abs(expected))));
        }
    }

    /** A file that says the mean square is the same to a run as the distance of that name, gradient included. */
    @Test
    void runLearnsByTheVerdictOfAFile() throws IOException {
        Path model = Files.write(directory.resolve("distance.pt"), TorchScriptArchive.of("""
                  def forward(self, a: Tensor, b: Tensor) -> Tensor:
                    return torch.mean(torch.pow(torch.sub(a, b), 2), [1, 2, 3])
                """));
        TrainingListener.Statistics learned = step(new Goal.Distance.Learned(12), model);
        TrainingListener.Statistics squared = step(new Goal.Distance.SquaredError(12), null);
        for (Map.Entry<String, Double> term : squared.terms().entrySet()) {
            assertThat(learned.terms().get(term.getKey()))
                    .as(term.getKey())
                    .isPositive()
                    .isCloseTo(term.getValue(), within(1e-5 * term.getValue()));
        }
        assertThat(learned.gradientNorm())
                .isPositive()
                .isCloseTo(squared.gradientNorm(), within(1e-5 * squared.gradientNorm()));
    }

    private TrainingListener.Statistics step(Goal.Distance distance, Path model) throws IOException {
        Goal.Jumps tiny = TinyRun.jumps(Goal.Solver.SELF_DIRECT);
        Goal.Jumps goal = new Goal.Jumps(
                tiny.noise(),
                tiny.knots(),
                tiny.solver(),
                distance,
                tiny.clip(),
                tiny.targetRate(),
                tiny.denoiserWeight(),
                tiny.newBranch(),
                tiny.simulation(),
                null);
        TrainingInputs inputs = new TrainingInputs(TinyRun.data(), null, null, List.of(), model);
        TrainingRecipe recipe = TinyRun.recipe(TinyRun.schedule(1, 8, Schedule.OptimiserKind.RADAM), goal);
        List<TrainingListener.Statistics> steps = new ArrayList<>();
        String name = distance.getClass().getSimpleName();
        try (Trainer trainer = new Trainer(recipe, inputs, Placement.cpu(1), directory.resolve(name))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics statistics) {
                    steps.add(statistics);
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    assertThat(step).isEqualTo(1);
                }
            });
        }
        assertThat(steps).hasSize(1);
        return steps.get(0);
    }
}
