package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.google.gson.JsonObject;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.AdmUNetConfig;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.SongUNetConfig;
import dev.glimpse.model.TorchScriptModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a student can do before its first step, when it starts from a teacher that knows no second time. */
class StartingWeightsTest {
    private static final float[] TIMES = {80, 5, 0.3f};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"song_cond", "adm_cond"})
    void neutralStudentIsItsTeachersDenoiserWhereverItJumps(String name) throws IOException {
        GoldenNet golden = GoldenNet.of(name);
        ModelDirectory teacher = teacher(golden);
        float[] expected = denoise(teacher.config().spec(), teacher.config().network(), teacher.weights(), TIMES);
        Map<String, float[]> student = start(golden, teacher, Goal.NewBranch.NEUTRAL);
        for (float[] ends : new float[][] {TIMES, {0.002f, 0.002f, 0.002f}, {30, 1, 0.01f}}) {
            float[] actual = denoise(golden.spec(), golden.config(), student, ends);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    /** As the official code starts it; so the neutral one's indifference is not the network's own. */
    @ParameterizedTest
    @ValueSource(strings = {"song_cond", "adm_cond"})
    void randomBranchMakesTheEndOfAJumpMatter(String name) throws IOException {
        GoldenNet golden = GoldenNet.of(name);
        Map<String, float[]> student = start(golden, teacher(golden), Goal.NewBranch.RANDOM);
        float[] stay = denoise(golden.spec(), golden.config(), student, TIMES);
        float[] leave = denoise(golden.spec(), golden.config(), student, new float[] {0.002f, 0.002f, 0.002f});
        double apart = 0;
        for (int i = 0; i < stay.length; i++) {
            apart = Math.max(apart, Math.abs(stay[i] - leave[i]));
        }
        assertThat(apart).isGreaterThan(1e-3);
    }

    /** A teacher has none of its own, and may have learned with labels of augmentation. */
    @Test
    void theSecondTimeIsNotSaidToBeMissing() throws IOException {
        for (String name : List.of("song_cond", "adm_cond")) {
            GoldenNet golden = GoldenNet.of(name);
            Set<String> of = new HashSet<>(teacher(golden).weights().keySet());
            of.add("map_augment.weight");
            assertThat(StartingWeights.differences(golden.config().parameters(), of))
                    .as(name)
                    .isEmpty();
        }
    }

    @Test
    void whatAModelDoesNotFillIsTold() throws IOException {
        GoldenNet golden = GoldenNet.of("song_cond");
        List<Parameter> parameters = golden.config().parameters();
        Set<String> names = parameters.stream().map(Parameter::name).collect(Collectors.toSet());
        String first = parameters.get(0).name();
        names.remove(first);
        names.add("enc.8x8_block0.qkv.weight");

        assertThat(StartingWeights.differences(parameters, names))
                .containsExactly(
                        "1 of " + parameters.size() + " tensors begin as the network's definition says, as the model to"
                                + " start from has none of their name: " + first,
                        "1 tensors of the model to start from are not taken, as the recipe's network has none of their"
                                + " name: enc.8x8_block0.qkv.weight");
    }

    /** The golden network without its second time. */
    private static ModelDirectory teacher(GoldenNet golden) {
        NetworkConfig network = withoutJumps(golden.config());
        ModelSpec s = golden.spec();
        ModelSpec spec = new ModelSpec(
                s.channels(),
                s.height(),
                s.width(),
                s.labels(),
                s.sigmaMin(),
                s.sigmaMax(),
                s.sigmaData(),
                s.rho(),
                false);
        Map<String, float[]> weights = new LinkedHashMap<>();
        network.parameters().forEach(p -> weights.put(p.name(), golden.weights().get(p.name())));
        return new ModelDirectory("teacher", "1", new ModelConfig(spec, network, "", new JsonObject()), weights);
    }

    private static NetworkConfig withoutJumps(NetworkConfig config) {
        if (config instanceof SongUNetConfig c) {
            return new SongUNetConfig(
                    c.imageSize(),
                    c.imageChannels(),
                    c.patch(),
                    c.labels(),
                    c.modelChannels(),
                    c.channelMult(),
                    c.blocks(),
                    c.attention(),
                    c.variant(),
                    false,
                    c.augmentLabels());
        }
        AdmUNetConfig c = (AdmUNetConfig) config;
        return new AdmUNetConfig(
                c.imageSize(),
                c.imageChannels(),
                c.labels(),
                c.modelChannels(),
                c.channelMult(),
                c.blocks(),
                c.attention(),
                c.headChannels(),
                false);
    }

    /** What a run of no steps leaves behind. */
    private Map<String, float[]> start(GoldenNet golden, ModelDirectory teacher, Goal.NewBranch branch)
            throws IOException {
        Goal.Jumps tiny = TinyRun.jumps(Goal.Solver.HEUN);
        Goal.Jumps goal = new Goal.Jumps(
                tiny.noise(),
                tiny.knots(),
                tiny.solver(),
                tiny.distance(),
                tiny.clip(),
                tiny.targetRate(),
                tiny.denoiserWeight(),
                branch,
                null,
                null);
        Schedule none = TinyRun.schedule(0, 8, Schedule.OptimiserKind.RADAM);
        TrainingRecipe recipe = new TrainingRecipe("student", golden.spec(), golden.config(), 3, false, none, goal, 1);
        ModelSpec s = golden.spec();
        ImageDataSet data =
                new ImageDataSet(s.channels(), s.height(), s.width(), new byte[s.dimension()], new byte[1], s.labels());
        List<Map<String, float[]>> snapshots = new ArrayList<>();
        try (Trainer trainer = new Trainer(
                recipe, new TrainingInputs(data, teacher, null, List.of(), null), Placement.cpu(1), directory)) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics statistics) {
                    throw new AssertionError("step " + statistics.step() + " of a run without steps");
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    snapshots.add(average);
                }
            });
        }
        return snapshots.get(0);
    }

    /** g of a picture for each of the times. */
    private static float[] denoise(ModelSpec spec, NetworkConfig network, Map<String, float[]> weights, float[] ends) {
        float[] x = new float[TIMES.length * spec.dimension()];
        NoiseStream.addNoise(x, 1, 6, 0, 0);
        for (int i = 0; i < x.length; i++) {
            x[i] *= TIMES[i / spec.dimension()];
        }
        float[] denoised = new float[x.length];
        try (CtmModel model = TorchScriptModel.load(spec, network, weights, Device.cpu())) {
            model.denoise(new JumpBatch(TIMES.length, x, TIMES, ends, new int[] {0, 1, 2}), denoised);
        }
        return denoised;
    }
}
