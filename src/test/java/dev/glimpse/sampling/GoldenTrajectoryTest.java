package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.testing.GoldenTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole trajectories with the recorded noise, from x_T to the pictures that the official samplers made of it, and every
 * network call on the way.
 */
class GoldenTrajectoryTest {
    private static final List<String> NETWORKS = List.of("song_uncond", "adm_cond");
    private static final Map<String, CtmModel> MODELS = new HashMap<>();

    @BeforeAll
    static void load() throws IOException {
        for (String name : NETWORKS) {
            MODELS.put(name, GoldenNet.of(name).load());
        }
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(CtmModel::close);
    }

    static Stream<Arguments> runs() {
        return NETWORKS.stream()
                .flatMap(name -> GoldenRun.all(GoldenTensors.load("sampling_" + name)).stream()
                        .map(run -> Arguments.of(name, run)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("runs")
    void everyCallAndPictureIsThatOfTheOfficialCode(String network, GoldenRun run) {
        CtmModel model = MODELS.get(network);
        int dimension = model.spec().dimension();
        StepPlan plan = run.plan();
        assertThat(plan.nfe()).isEqualTo(run.calls());
        float[] start = run.golden().floats("x_T");
        int pictures = start.length / dimension;
        int[] labels = labels(run, pictures);
        Recording recording = new Recording(model, run.golden().floats("noise"), pictures);
        StepExecutor executor = new StepExecutor(recording, pictures, recording);

        List<StepResult> results = new ArrayList<>();
        for (int step = 0; step < plan.nfe(); step++) {
            List<StepRequest> requests = new ArrayList<>();
            for (int i = 0; i < pictures; i++) {
                float[] x =
                        step == 0 ? slice(start, i, dimension) : results.get(i).x();
                float[] carried = step == 0 ? new float[0] : results.get(i).carried();
                requests.add(new StepRequest(x, carried, plan.steps().get(step), labels[i], 0, i, step, false));
            }
            recording.jumped.clear();
            results = executor.run(requests);
            assertCall(run, run.call(step), plan.steps().get(step), recording, results);
        }
        assertPictures(run, results, model.spec());
    }

    private static void assertCall(GoldenRun run, String call, Step step, Recording seen, List<StepResult> results) {
        float t = run.golden().floats(call + "/t")[0];
        float s = run.golden().floats(call + "/s")[0];
        assertThat(seen.t).containsOnly((float) step.level());
        assertNear(new float[] {(float) step.level()}, new float[] {t}, call + "/t");
        assertThat(Math.abs(step.target() - s)).as(call + "/s").isLessThanOrEqualTo(3e-6 * s);
        assertNear(seen.x, run.golden().floats(call + "/x"), call + "/x");
        if (run.golden().names().contains(call + "/g")) {
            assertNear(seen.g, run.golden().floats(call + "/g"), call + "/g");
        }
        if (step.kind() == Step.Kind.JUMP) {
            float[] jumps = seen.jumped.isEmpty()
                    ? joined(results.stream().map(StepResult::x).toList())
                    : joined(seen.jumped);
            assertNear(jumps, run.golden().floats(call + "/G"), call + "/G");
        }
    }

    private static void assertPictures(GoldenRun run, List<StepResult> results, ModelSpec spec) {
        float[] out = joined(results.stream().map(StepResult::x).toList());
        assertNear(out, run.golden().floats(run.tag() + "/out"), "out");
        if (run.golden().names().contains(run.tag() + "/out_uint8_nhwc")) {
            byte[] official = run.golden().bytes(run.tag() + "/out_uint8_nhwc");
            PictureEncoder encoder = new PictureEncoder(new PictureShape(spec.channels(), spec.height(), spec.width()));
            int differing = 0;
            for (int i = 0; i < results.size(); i++) {
                byte[] pixels = encoder.encode(results.get(i).x(), ImageFormat.RAW_U8);
                for (int j = 0; j < pixels.length; j++) {
                    int difference = Math.abs((pixels[j] & 255) - (official[i * spec.dimension() + j] & 255));
                    // Cut off and not rounded, a value next to a whole number may fall on its other side.
                    assertThat(difference).isLessThanOrEqualTo(1);
                    differing += difference;
                }
            }
            assertThat(differing).isLessThanOrEqualTo(official.length / 100);
        }
    }

    /** Within 1e-4 of numbers of the order of 1, and of the largest of larger ones. */
    private static void assertNear(float[] actual, float[] expected, String name) {
        assertThat(actual).as(name).hasSameSizeAs(expected);
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs((double) actual[i] - expected[i]) <= 1e-4 * largest)) {
                throw new AssertionError(name + "[" + i + "]: " + actual[i] + " (expected: " + expected[i] + ")");
            }
        }
    }

    private static int[] labels(GoldenRun run, int pictures) {
        int[] labels = new int[pictures];
        Arrays.fill(labels, JumpBatch.NO_LABEL);
        if (run.golden().names().contains("y")) {
            long[] recorded = run.golden().longs("y");
            Arrays.setAll(labels, i -> (int) recorded[i]);
        }
        return labels;
    }

    private static float[] slice(float[] pictures, int picture, int dimension) {
        return Arrays.copyOfRange(pictures, picture * dimension, (picture + 1) * dimension);
    }

    private static float[] joined(List<float[]> pictures) {
        int dimension = pictures.get(0).length;
        float[] all = new float[pictures.size() * dimension];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i), 0, all, i * dimension, dimension);
        }
        return all;
    }

    /** Plays the recorded noise, and keeps what the network was asked, what it said, and what noise was added to. */
    private static final class Recording implements CtmModel, NoiseSource {
        private final CtmModel model;
        private final float[] noise;
        private final int pictures;
        private final List<float[]> jumped = new ArrayList<>();
        private float[] x = {};
        private float[] t = {};
        private float[] g = {};

        Recording(CtmModel model, float[] noise, int pictures) {
            this.model = model;
            this.noise = noise;
            this.pictures = pictures;
        }

        @Override
        public ModelSpec spec() {
            return model.spec();
        }

        @Override
        public void denoise(JumpBatch batch, float[] out) {
            model.denoise(batch, out);
            x = batch.x().clone();
            t = batch.t().clone();
            g = out.clone();
        }

        @Override
        public void addNoise(float[] state, float std, long seed, int sample, int block) {
            jumped.add(state.clone());
            float[] draw = slice(noise, (block - 1) * pictures + sample, state.length);
            for (int i = 0; i < state.length; i++) {
                state[i] += std * draw[i];
            }
        }

        @Override
        public void close() {}
    }
}
