package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.model.AdmUNetConfig;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on checkpoints as PyTorch writes them, with the weights and outputs of the official networks. */
class ConvertCommandTest {
    @TempDir
    Path directory;

    private Checkpoints checkpoints;

    @BeforeEach
    void chooseAPlace() {
        checkpoints = new Checkpoints(directory);
    }

    @ParameterizedTest
    @CsvSource({"song_uncond,g", "song_cond,g", "song_ncsn,g", "adm_cond,g", "edm_teacher_cond,D"})
    void convertedModelGivesTheOfficialNumbers(String name, String denoised) throws IOException {
        GoldenNet golden = GoldenNet.of(name);
        Path model = convert(golden, checkpoints.golden(name));
        ModelDirectory read = ModelDirectory.read(model);
        golden.config()
                .parameters()
                .forEach(p -> assertThat(read.weights().get(p.name()))
                        .isEqualTo(golden.weights().get(p.name())));
        JumpBatch batch = golden.batch("");
        float[] g = new float[batch.x().length];
        try (CtmModel loaded = read.load(ComputeDevice.cpu())) {
            loaded.denoise(batch, g);
        }
        assertClose(g, golden.values(denoised));
        if (golden.has("G")) {
            // CTM paper, eq. (9): G(x, t, s) = (s/t) x + (1 - s/t) g(x, t, s).
            float[] jump = new float[g.length];
            for (int i = 0; i < g.length; i++) {
                double share = (double) batch.s()[i * batch.rows() / g.length] / batch.t()[i * batch.rows() / g.length];
                jump[i] = (float) (share * batch.x()[i] + (1 - share) * g[i]);
            }
            assertClose(jump, golden.values("G"));
        }
    }

    @Test
    void safetensorsWithTheSameWeightsGiveTheSameModel() throws IOException {
        GoldenNet golden = GoldenNet.of("song_ncsn");
        Path fromTorch = convert(golden, checkpoints.golden("song_ncsn"));
        Path fromSafetensors = convert(golden, GoldenFiles.file("song_ncsn.weights.safetensors"), "--name", "other");
        assertThat(fromSafetensors.resolve("model.safetensors"))
                .hasSameBinaryContentAs(fromTorch.resolve("model.safetensors"));
    }

    @Test
    void weightsOfOurOwnModelsAreTakenToo() throws IOException {
        Path own = TinyModel.write(directory.resolve("tiny/3"));
        CommandLineRun run = CommandLineRun.of(
                "convert", own + "/model.safetensors", "--out", directory.toString(), "--name", "again");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("1 x 8 x 8, 3 classes");
    }

    @Test
    void otherCommandsTakeTheConvertedModel() throws IOException {
        Path model = convert(GoldenNet.of("song_cond"), checkpoints.golden("song_cond"));
        CommandLineRun inspected = CommandLineRun.of("inspect", "--model", model.toString());
        assertThat(inspected.out()).containsPattern("converted from +song_cond.pt");
        Path grid = directory.resolve("grid.png");
        CommandLineRun sampled = CommandLineRun.of(
                "sample", "--model", model.toString(), "--count", "2", "--steps", "2", "--out", grid.toString());
        assertThat(sampled.err()).isEmpty();
        assertThat(grid).isNotEmptyFile();
    }

    @Test
    void namesInAFileCannotSteerTheTerminal() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "convert",
                checkpoints
                        .save("song\u001b[2J\u009b", Checkpoints.tensors("song_uncond"))
                        .toString(),
                "--out",
                out());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("song?[2J?.pt").matches("[\\P{C}\n]*");
    }

    /** A teacher takes one time alone. */
    @Test
    void benchTakesAConvertedDenoiser() throws IOException {
        Path model = convert(GoldenNet.of("edm_teacher_cond"), checkpoints.golden("edm_teacher_cond"));
        CommandLineRun run =
                CommandLineRun.of("bench", "--model", model.toString(), "--rows", "1,2", "--rounds", "1", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void resultAsJsonTellsWhatWasFound() throws IOException {
        GoldenNet golden = GoldenNet.of("song_ncsn");
        Path file = checkpoints.golden("song_ncsn");
        CommandLineRun run = CommandLineRun.of("convert", file.toString(), "--out", out(), "--json");
        JsonObject result = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(result.get("format").getAsString()).isEqualTo("PyTorch");
        assertThat(result.get("model").getAsString()).isEqualTo(out() + "/song_ncsn/1");
        assertThat(result.get("parameters").getAsLong())
                .isEqualTo(golden.weights().entrySet().stream()
                        .filter(e -> !e.getKey().endsWith(".resample_filter"))
                        .mapToLong(e -> e.getValue().length)
                        .sum());
        assertThat(result.getAsJsonObject("network").get("variant").getAsString())
                .isEqualTo("ncsnpp");
        assertThat(result.getAsJsonArray("constants_left_out")).hasSize((int) golden.weights().keySet().stream()
                .filter(key -> key.endsWith(".resample_filter"))
                .count());
    }

    @Test
    void whatKeysDoNotTellIsTakenFromTheOptions() throws IOException {
        GoldenNet golden = GoldenNet.of("song_cond");
        List<String> names = names(golden);
        Path classes = Files.write(directory.resolve("classes.txt"), names);
        String[] options = {
            "--classes", classes.toString(), "--sigma-min", "0.01", "--sigma-max", "40", "--model-version", "7"
        };
        Path model = convert(golden, checkpoints.golden("song_cond"), options);
        assertThat(model).hasFileName("7");
        var spec = ModelDirectory.read(model).config().spec();
        assertThat(spec.labels()).isEqualTo(names);
        assertThat(spec.sigmaMin()).isEqualTo(0.01);
        assertThat(spec.sigmaMax()).isEqualTo(40);
    }

    @Test
    void markThatEditorsPutBeforeATextIsNoPartOfAName() throws IOException {
        GoldenNet golden = GoldenNet.of("song_cond");
        List<String> names = names(golden);
        Path classes = Files.writeString(directory.resolve("classes.txt"), "\ufeff" + String.join("\r\n", names));
        Path model = convert(golden, checkpoints.golden("song_cond"), "--classes", classes.toString());
        assertThat(ModelDirectory.read(model).config().spec().labels()).isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e4pfel", "a\u0308pfel"})
    void nameThatCouldNotBeAskedForIsRefused(String again) throws IOException {
        Path classes = Files.write(directory.resolve("classes.txt"), List.of("bag", "\u00e4pfel", "Bag", again));
        CommandLineRun run = CommandLineRun.of(
                "convert", checkpoints.golden("song_cond").toString(), "--out", out(), "--classes", classes.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("glimpse convert: --classes: " + again + " (expected: each name once)");
    }

    @ParameterizedTest
    @CsvSource({"F16,11", "BF16,8"})
    void shorterTypesRoundWeightsToTheNearest(String precision, int significantBits) throws IOException {
        GoldenNet golden = GoldenNet.of("song_uncond");
        Path model = convert(golden, checkpoints.golden("song_uncond"), "--precision", precision);
        Map<String, float[]> stored = ModelDirectory.read(model).weights();
        String key = golden.config().parameters().get(0).name();
        float[] exact = golden.weights().get(key);
        for (int i = 0; i < exact.length; i++) {
            double allowed = Math.max(Math.scalb(Math.abs((double) exact[i]), -significantBits), 0x1p-25);
            assertThat(Math.abs((double) stored.get(key)[i] - exact[i])).isLessThanOrEqualTo(allowed);
        }
        assertThat(stored.get(key)).isNotEqualTo(exact);
    }

    private static List<String> names(GoldenNet golden) {
        return IntStream.range(0, golden.config().labels())
                .mapToObj(i -> "thing " + i)
                .toList();
    }

    private String out() {
        return directory.resolve("catalog").toString();
    }

    private Path convert(GoldenNet golden, Path file, String... options) {
        List<String> args = new ArrayList<>(List.of("convert", file.toString(), "--out", out()));
        if (golden.config() instanceof AdmUNetConfig adm) {
            args.addAll(List.of("--size", "" + adm.imageSize(), "--head-channels", "" + adm.headChannels()));
        }
        args.addAll(List.of(options));
        CommandLineRun run = CommandLineRun.of(args.toArray(new String[0]));
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        String last = run.out().lines().reduce((a, b) -> b).orElseThrow();
        return Path.of(last.replace("written to ", ""));
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        assertThat(worst).isLessThanOrEqualTo(1e-4 * largest);
    }
}
