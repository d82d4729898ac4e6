package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The networks against numbers recorded from the official implementation with seeded random weights, in both readings.
 *
 * <p>Tolerances: F within 2e-5 for DDPM++, which tells a GroupNorm epsilon of 1e-6 from 1e-5, 5e-5 for NCSN++ and 2e-4
 * for ADM, whose times of some 1500 leave fewer digits; g and G within 1e-4 of the largest value.
 */
class GoldenNetworkTest {
    private static final double RELATIVE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "song_uncond, 2e-5, EMITTED",
        "song_uncond, 2e-5, EAGER",
        "song_cond, 2e-5, EMITTED",
        "song_cond, 2e-5, EAGER",
        "song_ncsn, 5e-5, EMITTED",
        "song_ncsn, 5e-5, EAGER",
        "adm_cond, 2e-4, EMITTED",
        "adm_cond, 2e-4, EAGER"
    })
    void networkEqualsTheOfficialOne(String name, double tolerance, Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        assertClose(evaluate(net, reading, "network", net.scaled("")), net.values("F"), tolerance);
        float[] g = net.values("g");
        assertClose(evaluate(net, reading, "denoise", net.batch("")), g, RELATIVE * largest(g));
        float[] jump = net.values("G");
        assertClose(evaluate(net, reading, "jump", net.batch("")), jump, RELATIVE * largest(jump));
    }

    @ParameterizedTest
    @EnumSource
    void teacherEqualsTheOfficialDenoiser(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("edm_teacher_cond");
        float[] expected = net.values("D");
        assertClose(evaluate(net, reading, "denoise", net.batch("")), expected, RELATIVE * largest(expected));
        float[] unlabelled = net.values("D_zero_label");
        assertClose(
                evaluate(net, reading, "denoise", withoutLabels(net.batch(""))),
                unlabelled,
                RELATIVE * largest(unlabelled));
    }

    @ParameterizedTest
    @EnumSource
    void rowWithoutLabelEqualsTheOfficialZeroLabel(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("song_cond");
        JumpBatch batch = withoutLabels(net.batch(""));
        float[] g = net.values("g_zero_label");
        assertClose(evaluate(net, reading, "denoise", batch), g, RELATIVE * largest(g));
        float[] jump = net.values("G_zero_label");
        assertClose(evaluate(net, reading, "jump", batch), jump, RELATIVE * largest(jump));
    }

    @ParameterizedTest
    @EnumSource
    void admJumpsToTimeZeroAsTheOfficialOneDoes(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("adm_cond");
        assertClose(evaluate(net, reading, "network", net.scaled("s0/")), net.values("s0/F"), 2e-4);
        float[] g = net.values("s0/g");
        assertClose(evaluate(net, reading, "denoise", net.batch("s0/")), g, RELATIVE * largest(g));
        float[] jump = net.values("s0/G");
        assertClose(evaluate(net, reading, "jump", net.batch("s0/")), jump, RELATIVE * largest(jump));
    }

    @ParameterizedTest
    @CsvSource({"song_uncond, EMITTED", "song_uncond, EAGER", "song_ncsn, EMITTED", "song_ncsn, EAGER"})
    void songRefusesTimeZeroWhereTheOfficialOneGivesNoNumbers(String name, Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        JumpBatch batch = net.batch("s0/");
        assertThat(net.values("s0/g")).containsOnly(Float.NaN);
        assertThat(evaluate(net, reading, "denoise", batch)).containsOnly(Float.NaN);
        try (CtmModel model = reading.load(net.spec(), net.config(), net.weights())) {
            float[] g = new float[batch.x().length];
            assertThatThrownBy(() -> model.denoise(batch, g))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("s: 0.0 in row 0 (expected: more than 0, such as the model's sigma_min)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void admWithoutItsBranchOfTheSecondTimeEqualsTheOfficialDenoiser(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("adm_cond");
        AdmUNetConfig full = (AdmUNetConfig) net.config();
        AdmUNetConfig denoiser = new AdmUNetConfig(
                full.imageSize(),
                full.imageChannels(),
                full.labels(),
                full.modelChannels(),
                full.channelMult(),
                full.blocks(),
                full.attention(),
                full.headChannels(),
                false);
        float[] raw = reading.evaluate("network", net.spec(), denoiser, net.weights(), net.scaled(""));
        assertClose(raw, net.values("F_no_s"), 2e-4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"song_uncond", "song_cond", "song_ncsn", "adm_cond"})
    void jumpToWhereTheStateIsChangesNothing(String name) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        JumpBatch batch = net.batch("");
        JumpBatch stay = new JumpBatch(batch.rows(), batch.x(), batch.t(), batch.t(), batch.labels());
        assertThat(evaluate(net, Reading.EMITTED, "jump", stay)).isEqualTo(stay.x());
    }

    @ParameterizedTest
    @EnumSource
    void denoiserRefusesToJump(Reading reading) throws IOException {
        GoldenNet net = GoldenNet.of("edm_teacher_cond");
        JumpBatch stay = net.batch("");
        float[] s = stay.s().clone();
        s[0] = s[0] / 2;
        JumpBatch jump = new JumpBatch(stay.rows(), stay.x(), stay.t(), s, stay.labels());
        try (CtmModel model = reading.load(net.spec(), net.config(), net.weights())) {
            assertThat(model.spec().jumps()).isFalse();
            assertThatThrownBy(() -> model.denoise(jump, new float[stay.x().length]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("its t: the model is a denoiser and doesn't jump");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"song_uncond", "song_cond", "song_ncsn", "adm_cond", "edm_teacher_cond"})
    void parametersAndBuffersCarryTheOfficialKeysShapesAndConstants(String name) throws IOException {
        GoldenNet net = GoldenNet.of(name);
        Map<String, Integer> official = net.weights().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().length));
        Map<String, Integer> ours = new TreeMap<>();
        net.config().parameters().forEach(p -> ours.put(p.name(), p.size()));
        for (Buffer buffer : net.config().buffers()) {
            ours.put(buffer.name(), buffer.values().size());
            assertThat(net.weights().get(buffer.name()))
                    .containsExactly(buffer.values().toArray(Float[]::new));
        }
        assertThat(ours).isEqualTo(official);
    }

    private static float[] evaluate(GoldenNet net, Reading reading, String method, JumpBatch batch) {
        return reading.evaluate(method, net.spec(), net.config(), net.weights(), batch);
    }

    private static JumpBatch withoutLabels(JumpBatch batch) {
        int[] none = new int[batch.rows()];
        Arrays.fill(none, JumpBatch.NO_LABEL);
        return new JumpBatch(batch.rows(), batch.x(), batch.t(), batch.s(), none);
    }

    static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs((double) value));
        }
        return largest;
    }

    static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.isFinite(actual[i])).isTrue();
            worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
        }
        assertThat(worst).isLessThanOrEqualTo(tolerance);
    }
}
