package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.TorchScriptArchive;
import dev.glimpse.model.Upload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The student's gradient in steps whose loss has an adversarial part, against the sum of its parts. */
class JumpObjectiveTest {
    private static final String FEATURES = """
              def features(self, x: Tensor) -> List[Tensor]:
                fine = torch.cat([x, torch.mul(x, x)], 1)
                coarse = torch.avg_pool2d(fine, [2, 2], [2, 2], [0, 0], False, True, None)
                return [fine, torch.sin(torch.mul(coarse, 3.))]
            """;

    private static final int KNOTS = 18;
    private static final int ROWS = 2;
    private static final double WEIGHT = 0.7;
    private static final int WIDTH = 4;

    @TempDir
    Path directory;

    /** How loud the critics are does not matter, as the ratio takes it back, until that meets a bound. */
    @ParameterizedTest(name = "{0}, critics {2} times as loud")
    @CsvSource({
        "song_cond, model.dec.16x16_aux_conv.weight, 0.02, false",
        "adm_cond, output_blocks.3.0.out_layers.3.weight, 0.02, false",
        "song_cond, model.dec.16x16_aux_conv.weight, 2e-4, true",
        "song_cond, model.dec.16x16_aux_conv.weight, 1, true"
    })
    void adversarialGradientIsAddedByTheRatioOfNormsInTheLastLayer(
            String golden, String layer, float gain, boolean bound) throws IOException {
        GoldenNet net = GoldenNet.of(golden);
        Path file = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of(FEATURES));
        TrainingInputs inputs = new TrainingInputs(TinyRun.data(), null, null, List.of(file), null);
        try (EmittedNetwork network =
                        EmittedNetwork.load(net.config(), net.spec().sigmaData(), Device.cpu());
                TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager manager = network.manager().newSubManager();
                CriticLearner critics = new CriticLearner(recipe(net, 1), adversarial(), inputs, ops, null)) {
            Step step = new Step(net, network, ops, inputs, rows(net, manager));
            NDArray[] weights = network.upload(net.weights());
            for (NDArray weight : weights) {
                weight.setRequiresGradient(true);
            }
            CriticTensors tensors = louder(critics.tensors().get(0), gain);

            float[][] gan = step.adversarial(weights, tensors);
            float[][] jumps = values(step.losses(0, Goal.Phase.PLAIN, weights, tensors));
            float[][] plain = values(step.losses(1, Goal.Phase.PLAIN, weights, tensors));
            Losses losses = step.losses(1, Goal.Phase.GENERATOR, weights, tensors);

            int last = place(network.parameters(), layer);
            double ratio = norm(jumps[last]) / (norm(gan[last]) + 1e-4);
            double lambda = Math.min(10, Math.max(0.01, ratio));
            assertThat(lambda != ratio).as("ratio of norms %s", ratio).isEqualTo(bound);
            assertThat(losses.terms().get(LossNames.LAMBDA_GAN)).isCloseTo(lambda, within(1e-4 * lambda));
            assertThat(losses.atBound())
                    .isEqualTo(Map.of(LossNames.LAMBDA_GAN, bound ? 1.0 : 0.0, LossNames.LAMBDA_DSM, 0.0));
            float[][] both = values(losses);
            assertThat(lambda * WEIGHT * norm(gan[last])).isGreaterThan(0.05 * norm(plain[last]));
            for (int p = 0; p < both.length; p++) {
                double tolerance = 1e-4 * (largest(plain[p]) + lambda * WEIGHT * largest(gan[p]));
                for (int i = 0; i < both[p].length; i++) {
                    assertThat((double) both[p][i])
                            .as("%s[%d]", network.parameters().get(p).name(), i)
                            .isCloseTo(plain[p][i] + lambda * WEIGHT * gan[p][i], within(tolerance));
                }
            }
        }
    }

    /** Which is where a weight counts as one that is at its bound. */
    @Test
    void balanceEndsAtItsBound() {
        try (TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager manager = ops.manager().newSubManager()) {
            Shape layer = new Shape(4);
            assertThat(ops.balance(manager, manager.ones(layer), manager.zeros(layer)))
                    .isEqualTo(TrainingOps.MAX_BALANCE);
        }
    }

    /** The same pictures, times and noise for every loss. */
    private record Step(GoldenNet net, EmittedNetwork network, TrainingOps ops, TrainingInputs inputs, Rows rows) {
        Losses losses(double denoiserWeight, Goal.Phase phase, NDArray[] weights, CriticTensors critics) {
            TrainingRecipe recipe = recipe(net, denoiserWeight);
            try (JumpObjective objective = JumpObjective.load(
                    recipe, (Goal.Jumps) recipe.goal(), inputs, new TeacherWeights(null), network, ops)) {
                return objective.compute(
                        rows, new Objective.Weights(weights, weights, DropoutKeys.none(), phase, List.of(critics)));
            }
        }

        /** Of -mean of the critics' logits of the student's estimates. */
        float[][] adversarial(NDArray[] weights, CriticTensors tensors) {
            ModelSpec spec = net.spec();
            double[] grid = new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho()).knots(KNOTS);
            JumpLoss jumps = new JumpLoss(ops, (Goal.Jumps) recipe(net, 1).goal(), grid, spec.sigmaMin());
            try (Critics critics =
                            new Critics(inputs.features(), JumpObjectiveTest.adversarial(), spec, ops, Device.cpu());
                    WeightedNetwork student = new WeightedNetwork(network, weights)) {
                NDArray estimate = jumps.estimate(
                        rows, jumps.start(rows, student), new JumpLoss.Players(student, student, student), true);
                NDArray loss = critics.persuade(rows, estimate, List.of(tensors));
                NDArray[] trained = Objective.trained(network.parameters(), weights);
                return values(ops.grad(rows.manager(), loss, false, trained));
            }
        }
    }

    private static Rows rows(GoldenNet net, NDManager manager) {
        ModelSpec spec = net.spec();
        float[][] normals = new float[3][ROWS * spec.dimension()];
        for (int i = 0; i < normals.length; i++) {
            NoiseStream.addNoise(normals[i], 1, 9, i, 0);
        }
        for (int i = 0; i < normals[0].length; i++) {
            normals[0][i] = Math.max(-1, Math.min(1, normals[0][i]));
        }
        Draw draw = new Draw(
                new Draw.Origin(1, 0, 0),
                normals[0],
                new int[] {1, 3},
                new Draw.Levels(new float[] {0.3f, 2}, normals[1]),
                new Draw.Jumps(1, new int[][] {{4, 9}}, new int[] {8, 13}, normals[2]));
        Shape picture = new Shape(spec.channels(), spec.height(), spec.width());
        return new Rows(manager, new Upload(), draw, picture, net.config().labels());
    }

    private static TrainingRecipe recipe(GoldenNet net, double denoiserWeight) {
        Goal goal = new Goal.Jumps(
                new Goal.NoiseLevels(-1.2, 1.2, 0.5),
                new Goal.JumpKnots(KNOTS, 3, 0, 0, 0),
                Goal.Solver.SELF_DIRECT,
                new Goal.Distance.SquaredError(0),
                false,
                0.999,
                denoiserWeight,
                Goal.NewBranch.RANDOM,
                null,
                adversarial());
        Schedule schedule = TinyRun.schedule(1, ROWS, Schedule.OptimiserKind.RADAM);
        return new TrainingRecipe("golden", net.spec(), net.config(), 1, false, schedule, goal, 1);
    }

    private static Goal.Adversarial adversarial() {
        return new Goal.Adversarial(0, 2, WEIGHT, 2e-3, WIDTH, new Goal.Sight(0, true));
    }

    /** Critics whose logits are so many times as large, by the gain of each one's last normalisation. */
    private static CriticTensors louder(CriticTensors tensors, float gain) {
        List<String> names = new CriticNetwork(List.of(new Shape(1, 6, 16, 16), new Shape(1, 6, 8, 8)), WIDTH)
                .parameters().stream().map(Parameter::name).toList();
        NDArray[] weights = tensors.weights().clone();
        assertThat(weights).hasSameSizeAs(names);
        for (int i = 0; i < weights.length; i++) {
            if (names.get(i).endsWith(".last.weight")) {
                assertThat(names.get(i - 2)).endsWith(".norm.weight");
                weights[i - 2] = weights[i - 2].mul(gain);
            }
        }
        return new CriticTensors(weights, tensors.projections(), tensors.u(), tensors.v());
    }

    private static int place(List<Parameter> parameters, String layer) {
        List<String> names = parameters.stream()
                .filter(Parameter::trained)
                .map(Parameter::name)
                .toList();
        assertThat(names).contains(layer);
        return names.indexOf(layer);
    }

    private static float[][] values(Losses losses) {
        return values(losses.gradients());
    }

    private static float[][] values(NDArray[] arrays) {
        return Arrays.stream(arrays).map(NDArray::toFloatArray).toArray(float[][]::new);
    }

    private static double norm(float[] values) {
        return Math.sqrt(IntStream.range(0, values.length)
                .mapToDouble(i -> (double) values[i] * values[i])
                .sum());
    }

    private static double largest(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i]))
                .max()
                .orElseThrow();
    }
}
