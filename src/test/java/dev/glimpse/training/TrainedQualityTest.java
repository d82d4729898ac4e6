package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.google.gson.JsonObject;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.SongUNetConfig;
import dev.glimpse.model.TorchScriptModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher and its student, trained for seconds on 256 small pictures of garments, draw what the data looks like. */
class TrainedQualityTest {
    private static final int SIZE = 14;
    private static final int CLASSES = 10;
    /** Means of 2 x 7 pixels: coarse enough for a covariance from 256 pictures. */
    private static final int FEATURES = 14;

    private static final Goal.NoiseLevels LEVELS = new Goal.NoiseLevels(-1.2, 1.2, 0.5);

    @TempDir
    Path directory;

    @Test
    void lossesFallAndOneJumpIsFarCloserToTheDataThanTheUntrainedNetwork() throws IOException, URISyntaxException {
        DataSet data = DataSets.open(
                Path.of(TrainedQualityTest.class
                        .getResource("/fashion-mnist-256")
                        .toURI()),
                IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList(),
                new PictureShape(1, SIZE, SIZE));
        TrainingRecipe teacherRecipe = recipe(300, Schedule.OptimiserKind.ADAM, 4e-3, new Goal.Denoiser(LEVELS), false);
        Run teacher = train("teacher", teacherRecipe, TrainingInputs.of(data));
        assertThat(teacher.mean(LossNames.DSM, 280, 300)).isLessThan(0.7 * teacher.mean(LossNames.DSM, 0, 20));

        Path model = directory.resolve("model/1");
        ModelDirectory.write(model, teacherRecipe.spec(), teacherRecipe.network(), teacher.weights, new JsonObject());
        TrainingRecipe studentRecipe = recipe(
                100,
                Schedule.OptimiserKind.RADAM,
                2e-3,
                new Goal.Jumps(
                        LEVELS,
                        new Goal.JumpKnots(18, 2, 0, 0, 0),
                        Goal.Solver.HEUN,
                        new Goal.Distance.PseudoHuber(0.03),
                        false,
                        0.95,
                        1,
                        Goal.NewBranch.RANDOM,
                        null,
                        null),
                true);
        TrainingInputs inputs = new TrainingInputs(data, ModelDirectory.read(model), null, List.of(), null);
        Run student = train("student", studentRecipe, inputs);
        assertThat(student.mean(LossNames.CTM, 80, 100)).isLessThan(0.95 * student.mean(LossNames.CTM, 0, 20));

        Map<String, float[]> untrained = StartingWeights.of(
                studentRecipe.network().parameters(), studentRecipe.seed(), null, Goal.NewBranch.RANDOM);
        double[][] real = features(pictures(data), data.count());
        double before = distance(real, features(draw(studentRecipe, untrained, data), data.count()));
        double after = distance(real, features(draw(studentRecipe, student.weights, data), data.count()));
        assertThat(after).isLessThan(0.2 * before);
    }

    private static TrainingRecipe recipe(
            int steps, Schedule.OptimiserKind optimiser, double rate, Goal goal, boolean jumps) {
        List<String> labels =
                IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
        return new TrainingRecipe(
                "garments",
                new ModelSpec(1, SIZE, SIZE, labels, 0.002, 80, 0.5, 7, jumps),
                new SongUNetConfig(
                        SIZE, 1, 2, CLASSES, 24, List.of(1), 1, List.of(), SongUNetConfig.Variant.DDPMPP, jumps, 0),
                11,
                false,
                new Schedule(
                        steps,
                        16,
                        16,
                        Schedule.Accumulation.MEAN,
                        Precision.FP32,
                        0,
                        optimiser,
                        rate,
                        rate / 10,
                        10,
                        List.of(0.98),
                        true),
                goal,
                1000);
    }

    private record Run(List<TrainingListener.Statistics> steps, Map<String, float[]> weights) {
        double mean(String term, int from, int to) {
            return steps.subList(from, to).stream()
                    .mapToDouble(s -> s.terms().get(term))
                    .average()
                    .orElseThrow();
        }
    }

    private Run train(String name, TrainingRecipe recipe, TrainingInputs inputs) throws IOException {
        List<TrainingListener.Statistics> steps = new ArrayList<>();
        List<Map<String, float[]>> snapshots = new ArrayList<>();
        try (Trainer trainer = new Trainer(recipe, inputs, Placement.cpu(2), directory.resolve(name))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics statistics) {
                    steps.add(statistics);
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    snapshots.add(average);
                }
            });
        }
        return new Run(steps, snapshots.get(snapshots.size() - 1));
    }

    private static float[] pictures(DataSet data) {
        float[] all = new float[data.count() * data.dimension()];
        for (int i = 0; i < data.count(); i++) {
            data.read(i, all, i * data.dimension());
        }
        return all;
    }

    /** One jump from noise for each picture of the data, of its class; g is where a jump to sigma_min all but ends. */
    private static float[] draw(TrainingRecipe recipe, Map<String, float[]> weights, DataSet data) {
        int rows = data.count();
        float[] x = new float[rows * data.dimension()];
        NoiseStream.initial(x, 80, 5, 0);
        float[] t = new float[rows];
        Arrays.fill(t, 80);
        float[] s = new float[rows];
        Arrays.fill(s, 0.002f);
        int[] labels = IntStream.range(0, rows).map(data::label).toArray();
        float[] drawn = new float[x.length];
        try (CtmModel model = TorchScriptModel.load(recipe.spec(), recipe.network(), weights, Device.cpu())) {
            model.denoise(new JumpBatch(rows, x, t, s, labels), drawn);
        }
        return drawn;
    }

    private static double[][] features(float[] pictures, int count) {
        int dimension = SIZE * SIZE;
        double[][] features = new double[count][FEATURES];
        for (int i = 0; i < pictures.length; i++) {
            int y = i % dimension / SIZE;
            int x = i % SIZE;
            features[i / dimension][y / 2 * 2 + x / 7] += pictures[i] / 14.0;
        }
        return features;
    }

    /** |m - n|^2 + tr(A + B - 2 (B^(1/2) A B^(1/2))^(1/2)) for means m, n and covariances A, B. */
    private static double distance(double[][] a, double[][] b) {
        double[] m = mean(a);
        double[] n = mean(b);
        RealMatrix covarianceA = covariance(a, m);
        RealMatrix covarianceB = covariance(b, n);
        RealMatrix root = new EigenDecompositionSymmetric(covarianceB).getSquareRoot();
        RealMatrix product = root.multiply(covarianceA).multiply(root);
        double mixed = 0;
        for (double eigenvalue : new EigenDecompositionSymmetric(
                        product.add(product.transpose()).scalarMultiply(0.5))
                .getEigenvalues()) {
            mixed += Math.sqrt(Math.max(0, eigenvalue));
        }
        double distance = covarianceA.getTrace() + covarianceB.getTrace() - 2 * mixed;
        for (int i = 0; i < m.length; i++) {
            distance += (m[i] - n[i]) * (m[i] - n[i]);
        }
        return distance;
    }

    private static double[] mean(double[][] rows) {
        double[] mean = new double[FEATURES];
        for (double[] row : rows) {
            for (int i = 0; i < FEATURES; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        return mean;
    }

    private static RealMatrix covariance(double[][] rows, double[] mean) {
        RealMatrix covariance = new Array2DRowRealMatrix(FEATURES, FEATURES);
        for (double[] row : rows) {
            for (int i = 0; i < FEATURES; i++) {
                for (int j = 0; j < FEATURES; j++) {
                    covariance.addToEntry(i, j, (row[i] - mean[i]) * (row[j] - mean[j]) / (rows.length - 1));
                }
            }
        }
        // Pictures that hardly differ have a covariance near zero, of which a root must still exist.
        for (int i = 0; i < FEATURES; i++) {
            covariance.addToEntry(i, i, 1e-9);
        }
        return covariance;
    }
}
