package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.Upload;
import dev.glimpse.testing.GoldenTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The losses of a student, with a teacher of another architecture, against numbers of the official implementation.
 *
 * <p>Tolerances: states within 1e-4 of the largest value, losses within 1e-5, adaptive weights within 1e-4 relative;
 * gradients within 1e-4 of a parameter's largest, which is the accuracy of the states they pass through.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenLossesTest {
    private static final int KNOTS = 18;
    private static final GoldenNet STUDENT = net("song_cond");
    private static final GoldenNet TEACHER = net("edm_teacher_cond");

    private final GoldenTensors golden = GoldenTensors.load("losses_song_cond");
    private final Upload upload = new Upload();
    private EmittedNetwork network;
    private EmittedNetwork teacherNetwork;
    private TrainingOps ops;
    private NDManager manager;
    private NDArray[] student;
    private NDArray[] target;
    private ModelDirectory teacher;
    private Rows rows;

    @BeforeAll
    void loadNetworks() {
        network = EmittedNetwork.load(STUDENT.config(), STUDENT.spec().sigmaData(), Device.cpu());
        NetworkConfig denoiser = TEACHER.config();
        teacherNetwork = EmittedNetwork.load(denoiser, TEACHER.spec().sigmaData(), Device.cpu());
        ops = new TrainingOps(Device.cpu());
        manager = network.manager().newSubManager();
        Map<String, float[]> weights = weights(network.parameters(), "song_cond");
        student = network.upload(weights);
        for (NDArray weight : student) {
            weight.setRequiresGradient(true);
        }
        Map<String, float[]> moved = new LinkedHashMap<>();
        weights.forEach((name, values) -> moved.put(name, moved(values)));
        target = network.upload(moved);
        teacher = new ModelDirectory(
                "teacher",
                "1",
                new ModelConfig(TEACHER.spec(), denoiser, "", new JsonObject()),
                weights(teacherNetwork.parameters(), "edm_teacher_cond"));
        Draw draw = new Draw(
                new Draw.Origin(1, 0, 0),
                golden.floats("x0"),
                golden.integers("y"),
                new Draw.Levels(golden.floats("sigma_dsm"), golden.floats("noise_dsm")),
                new Draw.Jumps(
                        golden.integers("num_heun_step")[0],
                        new int[][] {golden.integers("t_index")},
                        golden.integers("s_index"),
                        golden.floats("noise_ctm")));
        rows = new Rows(manager, upload, draw, shape(), STUDENT.config().labels());
    }

    @AfterAll
    void close() {
        manager.close();
        ops.close();
        network.close();
        teacherNetwork.close();
    }

    @ParameterizedTest
    @CsvSource({"HEUN, x_u_heun", "SELF_DIRECT, x_u_self_direct", "SELF_ITERATIVE, x_u_self_iterative"})
    void solverEndsWhereTheOfficialOneDoes(Goal.Solver solver, String name) {
        JumpLoss loss = new JumpLoss(ops, goal(solver, new Goal.Distance.SquaredError(0), false), grid(), 0.002);
        NDArray[] teacherWeights = teacherNetwork.upload(teacher.weights());
        try (WeightedNetwork guide = solver == Goal.Solver.HEUN
                ? new WeightedNetwork(teacherNetwork, teacherWeights)
                : new WeightedNetwork(network, target)) {
            NDArray x = loss.start(rows, guide);
            assertClose(loss.walk(rows, x, guide), name, 1e-4 * largest(golden.floats(name)));
        }
    }

    /** Clipped, they are the official ones as far as a picture has them. */
    @ParameterizedTest(name = "clip {0}")
    @ValueSource(booleans = {false, true})
    void bothEndsOfTheJumpLossAreTheOfficialOnes(boolean clip) {
        Goal.Jumps goal = goal(Goal.Solver.HEUN, new Goal.Distance.SquaredError(0), clip);
        JumpLoss loss = new JumpLoss(ops, goal, grid(), 0.002);
        NDArray[] teacherWeights = teacherNetwork.upload(teacher.weights());
        try (WeightedNetwork online = new WeightedNetwork(network, student);
                WeightedNetwork average = new WeightedNetwork(network, target);
                WeightedNetwork guide = new WeightedNetwork(teacherNetwork, teacherWeights)) {
            JumpLoss.Players players = new JumpLoss.Players(online, average, guide);
            NDArray x = loss.start(rows, average);
            assertEnd(loss.estimate(rows, x, players, true), "estimate", clip);
            assertEnd(loss.expected(rows, x, players), "target", clip);
        }
    }

    @Test
    void denoisingLossOfEachPictureIsTheOfficialOne() {
        try (WeightedNetwork online = new WeightedNetwork(network, student)) {
            NDArray losses = new DenoiserLoss(ops, 0.5).perPicture(rows, online);
            float[] expected = golden.floats("dsm_per_sample_unbalanced");
            assertClose(losses, "dsm_per_sample_unbalanced", 1e-5 * Math.max(1, largest(expected)));
        }
    }

    /** The two distances that were recorded. */
    enum Recorded {
        L2(0),
        RESIZE224_L2(224);

        private final int resize;

        Recorded(int resize) {
            this.resize = resize;
        }
    }

    @ParameterizedTest
    @EnumSource
    void distanceOfEachPictureIsTheOfficialOne(Recorded recorded) {
        Distances distances = new Distances(ops, new Goal.Distance.SquaredError(recorded.resize), List.of());
        NDArray losses = distances.perPicture(
                manager, rows.images(golden.floats("estimate")), rows.images(golden.floats("target")));
        assertClose(losses, tag(recorded) + "/ctm_loss_per_sample", 1e-5);
    }

    @ParameterizedTest
    @EnumSource
    void lossesWeightAndGradientsOfAStepAreTheOfficialOnes(Recorded recorded) {
        String tag = tag(recorded);
        Goal.Jumps goal = goal(Goal.Solver.HEUN, new Goal.Distance.SquaredError(recorded.resize), false);
        Losses losses;
        try (JumpObjective objective = JumpObjective.load(
                recipe(goal), goal, inputs(), new TeacherWeights(inputs().teacher()), network, ops)) {
            losses = objective.compute(
                    rows, new Objective.Weights(student, target, DropoutKeys.none(), Goal.Phase.PLAIN, List.of()));
        }
        double ctm = losses.terms().get(LossNames.CTM);
        double lambda = losses.terms().get(LossNames.LAMBDA_DSM);
        assertThat(ctm).isCloseTo(mean(golden.floats(tag + "/ctm_loss_per_sample")), within(1e-5));
        double expectedLambda = golden.floats(tag + "/lambda_dsm")[0];
        assertThat(lambda).isCloseTo(expectedLambda, within(1e-4 * expectedLambda));
        double total = ctm + lambda * losses.terms().get(LossNames.DSM);
        assertThat(total).isCloseTo(golden.floats(tag + "/total")[0], within(1e-5));
        double norm = golden.doubles(tag + "/total_grad_norm")[0];
        assertThat(ops.norm(manager, losses.gradients())).isCloseTo(norm, within(1e-4 * norm));
        assertGradients(tag, losses.gradients());
    }

    private void assertGradients(String tag, NDArray[] gradients) {
        List<String> compared = new ArrayList<>();
        for (int i = 0; i < gradients.length; i++) {
            String name = tag + "/grad/" + network.parameters().get(i).name();
            if (golden.names().contains(name)) {
                assertClose(gradients[i], name, 1e-4 * largest(golden.floats(name)));
                compared.add(name);
            }
        }
        assertThat(compared)
                .hasSameSizeAs(golden.names().stream()
                        .filter(name -> name.startsWith(tag + "/grad/"))
                        .toList());
    }

    private static String tag(Recorded recorded) {
        return recorded == Recorded.L2 ? "l2" : "resize224_l2";
    }

    private static Map<String, float[]> weights(List<Parameter> parameters, String net) {
        GoldenTensors file = GoldenTensors.load(net + ".weights");
        Map<String, float[]> weights = new LinkedHashMap<>();
        parameters.forEach(p -> weights.put(p.name(), file.floats(p.name())));
        return weights;
    }

    /** The recorded target: the student's values times 0.97 at even and 1.03 at odd places. */
    private static float[] moved(float[] values) {
        float[] moved = values.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] *= i % 2 == 0 ? 0.97f : 1.03f;
        }
        return moved;
    }

    private static Shape shape() {
        ModelSpec spec = STUDENT.spec();
        return new Shape(spec.channels(), spec.height(), spec.width());
    }

    private static double[] grid() {
        ModelSpec spec = STUDENT.spec();
        return new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho()).knots(KNOTS);
    }

    private static GoldenNet net(String name) {
        try {
            return GoldenNet.of(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Goal.Jumps goal(Goal.Solver solver, Goal.Distance distance, boolean clip) {
        return new Goal.Jumps(
                new Goal.NoiseLevels(-1.2, 1.2, 0.5),
                new Goal.JumpKnots(KNOTS, KNOTS - 1, 0, 0, 0),
                solver,
                distance,
                clip,
                0.999,
                1,
                Goal.NewBranch.RANDOM,
                null,
                null);
    }

    private static TrainingRecipe recipe(Goal goal) {
        Schedule schedule = TinyRun.schedule(1, 8, Schedule.OptimiserKind.RADAM);
        return new TrainingRecipe("golden", STUDENT.spec(), STUDENT.config(), 1, false, schedule, goal, 1);
    }

    private TrainingInputs inputs() {
        return new TrainingInputs(TinyRun.data(), teacher, null, List.of(), null);
    }

    private static double mean(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    private static double largest(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i]))
                .max()
                .orElseThrow();
    }

    private void assertEnd(NDArray actual, String name, boolean clip) {
        float[] end = golden.floats(name);
        double tolerance = 1e-4 * largest(end);
        assertThat((double) largest(end)).isGreaterThan(1);
        for (int i = 0; clip && i < end.length; i++) {
            end[i] = Math.max(-1, Math.min(1, end[i]));
        }
        assertClose(actual, name, end, tolerance);
    }

    private void assertClose(NDArray actual, String name, double tolerance) {
        assertClose(actual, name, golden.floats(name), tolerance);
    }

    private static void assertClose(NDArray actual, String name, float[] expected, double tolerance) {
        float[] values = actual.toFloatArray();
        assertThat(values).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
