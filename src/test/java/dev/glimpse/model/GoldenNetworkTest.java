package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The network against numbers recorded from the official implementation with seeded random weights, in both readings.
 *
 * <p>Tolerances: F within 2e-5, which tells a GroupNorm epsilon of 1e-6 from 1e-5; g and G within 1e-4 of the largest
 * value.
 */
class GoldenNetworkTest {
    private static final int ROWS = 10;

    /** A network whose outputs were recorded; its size is immutable, though the checker cannot see it. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Net {
        UNCONDITIONAL("song_uncond", 0, List.of(8)),
        CONDITIONAL("song_cond", 10, List.of(16, 8));

        final String file;
        final SongUNetConfig config;

        Net(String file, int labels, List<Integer> attention) {
            this.file = file;
            this.config = new SongUNetConfig(16, 3, 1, labels, 32, List.of(1, 2), 1, attention);
        }

        ModelSpec spec() {
            List<String> labels = IntStream.range(0, config.labels())
                    .mapToObj(i -> "class " + i)
                    .toList();
            return new ModelSpec(3, 16, 16, labels, 0.002, 80, 0.5, 7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void emittedNetworkEqualsTheOfficialOne(Net net) throws IOException {
        Golden golden = new Golden(net);
        try (TorchScriptModel model = TorchScriptModel.load(net.spec(), net.config, golden.weights(), Device.cpu())) {
            float[] out = new float[golden.batch.x().length];
            model.evaluate("network", golden.scaled(), out);
            assertClose(out, golden.values("F"), 2e-5);
            model.denoise(golden.batch, out);
            assertClose(out, golden.values("g"), 1e-4 * largest(golden.values("g")));
            model.evaluate("jump", golden.batch, out);
            assertClose(out, golden.values("G"), 1e-4 * largest(golden.values("G")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void eagerNetworkEqualsTheOfficialOne(Net net) throws IOException {
        Golden golden = new Golden(net);
        try (EagerModel model = EagerModel.load(net.spec(), net.config, golden.weights(), Device.cpu())) {
            float[] out = new float[golden.batch.x().length];
            model.evaluate(EagerModel.Form.NETWORK, golden.scaled(), out);
            assertClose(out, golden.values("F"), 2e-5);
            model.denoise(golden.batch, out);
            assertClose(out, golden.values("g"), 1e-4 * largest(golden.values("g")));
            model.evaluate(EagerModel.Form.JUMP, golden.batch, out);
            assertClose(out, golden.values("G"), 1e-4 * largest(golden.values("G")));
        }
    }

    @Test
    void rowWithoutLabelEqualsTheOfficialZeroLabel() throws IOException {
        Golden golden = new Golden(Net.CONDITIONAL);
        JumpBatch labelled = golden.batch;
        int[] none = new int[ROWS];
        Arrays.fill(none, JumpBatch.NO_LABEL);
        JumpBatch batch = new JumpBatch(ROWS, labelled.x(), labelled.t(), labelled.s(), none);
        try (TorchScriptModel model =
                TorchScriptModel.load(Net.CONDITIONAL.spec(), Net.CONDITIONAL.config, golden.weights(), Device.cpu())) {
            float[] out = new float[batch.x().length];
            model.denoise(batch, out);
            assertClose(out, golden.values("g_zero_label"), 1e-4 * largest(golden.values("g_zero_label")));
        }
    }

    @Test
    void jumpToWhereTheStateIsChangesNothing() throws IOException {
        Golden golden = new Golden(Net.UNCONDITIONAL);
        JumpBatch stay =
                new JumpBatch(ROWS, golden.batch.x(), golden.batch.t(), golden.batch.t(), golden.batch.labels());
        try (TorchScriptModel model = TorchScriptModel.load(
                Net.UNCONDITIONAL.spec(), Net.UNCONDITIONAL.config, golden.weights(), Device.cpu())) {
            float[] out = new float[stay.x().length];
            model.evaluate("jump", stay, out);
            assertThat(out).isEqualTo(stay.x());
        }
    }

    @Test
    void parametersCarryTheOfficialKeysAndShapes() throws IOException {
        Golden golden = new Golden(Net.CONDITIONAL);
        Map<String, List<Long>> official = golden.weightFile.tensors().entrySet().stream()
                .filter(e -> !e.getKey().endsWith(".resample_filter"))
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape()));
        Map<String, List<Long>> ours = Net.CONDITIONAL.config.parameters().stream()
                .collect(Collectors.toMap(
                        Parameter::name,
                        p -> p.shape().stream().map(Integer::longValue).toList()));
        assertThat(ours).isEqualTo(official);
    }

    private static double largest(float[] values) {
        List<Double> magnitudes = new ArrayList<>();
        for (float value : values) {
            magnitudes.add((double) Math.abs(value));
        }
        return Collections.max(magnitudes);
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.isFinite(actual[i])).isTrue();
            worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
        }
        assertThat(worst).isLessThanOrEqualTo(tolerance);
    }

    /** The recorded inputs, outputs and weights of one network. */
    private static final class Golden {
        final SafeTensors io;
        final SafeTensors weightFile;
        final JumpBatch batch;

        Golden(Net net) throws IOException {
            io = SafeTensors.read(GoldenFiles.file(net.file + ".io.safetensors"));
            weightFile = SafeTensors.read(GoldenFiles.file(net.file + ".weights.safetensors"));
            int[] labels = new int[ROWS];
            for (int i = 0; i < ROWS; i++) {
                labels[i] = net.config.labels() == 0 ? JumpBatch.NO_LABEL : (int) values("y")[i];
            }
            batch = new JumpBatch(ROWS, values("x"), values("t"), values("s"), labels);
        }

        float[] values(String name) {
            return io.tensors().get(name).floats();
        }

        Map<String, float[]> weights() {
            return weightFile.tensors().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, e -> e.getValue().floats()));
        }

        /** What enters F: c_in x and the logarithms of both times. */
        JumpBatch scaled() {
            float[] x = values("x");
            float[] scale = values("c_in");
            int dimension = x.length / ROWS;
            for (int i = 0; i < x.length; i++) {
                x[i] *= scale[i / dimension];
            }
            return new JumpBatch(ROWS, x, values("c_noise_t"), values("c_noise_s"), batch.labels());
        }
    }
}
