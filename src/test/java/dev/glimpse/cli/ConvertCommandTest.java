package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.model.AdmUNetConfig;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.SafeTensors;
import dev.glimpse.testing.GoldenFiles;
import dev.glimpse.testing.PickleWriter;
import dev.glimpse.testing.TorchSave;
import dev.glimpse.testing.TorchSave.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on checkpoints as PyTorch writes them, with the weights and outputs of the official networks. */
class ConvertCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"song_uncond,g", "song_cond,g", "song_ncsn,g", "adm_cond,g", "edm_teacher_cond,D"})
    void convertedModelGivesTheOfficialNumbers(String name, String denoised) throws IOException {
        GoldenNet golden = GoldenNet.of(name);
        Path model = convert(golden, checkpoint(name));
        ModelDirectory read = ModelDirectory.read(model);
        golden.config()
                .parameters()
                .forEach(p -> assertThat(read.weights().get(p.name()))
                        .isEqualTo(golden.weights().get(p.name())));
        JumpBatch batch = golden.batch("");
        float[] g = new float[batch.x().length];
        try (CtmModel loaded = read.load()) {
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
        Path fromTorch = convert(golden, checkpoint("song_ncsn"));
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
        Path model = convert(GoldenNet.of("song_cond"), checkpoint("song_cond"));
        CommandLineRun inspected = CommandLineRun.of("inspect", "--model", model.toString());
        assertThat(inspected.out()).containsPattern("converted from +song_cond.pt");
        Path grid = directory.resolve("grid.png");
        CommandLineRun sampled = CommandLineRun.of(
                "sample", "--model", model.toString(), "--count", "2", "--steps", "2", "--out", grid.toString());
        assertThat(sampled.err()).isEmpty();
        assertThat(grid).isNotEmptyFile();
    }

    @Test
    void resultAsJsonTellsWhatWasFound() throws IOException {
        GoldenNet golden = GoldenNet.of("song_ncsn");
        Path file = checkpoint("song_ncsn");
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
        List<String> names = new ArrayList<>();
        for (int i = 0; i < golden.config().labels(); i++) {
            names.add("thing " + i);
        }
        Path classes = Files.write(directory.resolve("classes.txt"), names);
        String[] options = {
            "--classes", classes.toString(), "--sigma-min", "0.01", "--sigma-max", "40", "--model-version", "7"
        };
        Path model = convert(golden, checkpoint("song_cond"), options);
        assertThat(model).hasFileName("7");
        var spec = ModelDirectory.read(model).config().spec();
        assertThat(spec.labels()).isEqualTo(names);
        assertThat(spec.sigmaMin()).isEqualTo(0.01);
        assertThat(spec.sigmaMax()).isEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({"F16,11", "BF16,8"})
    void shorterTypesRoundWeightsToTheNearest(String precision, int significantBits) throws IOException {
        GoldenNet golden = GoldenNet.of("song_uncond");
        Path model = convert(golden, checkpoint("song_uncond"), "--precision", precision);
        Map<String, float[]> stored = ModelDirectory.read(model).weights();
        String key = golden.config().parameters().get(0).name();
        float[] exact = golden.weights().get(key);
        for (int i = 0; i < exact.length; i++) {
            double allowed = Math.max(Math.scalb(Math.abs((double) exact[i]), -significantBits), 0x1p-25);
            assertThat(Math.abs((double) stored.get(key)[i] - exact[i])).isLessThanOrEqualTo(allowed);
        }
        assertThat(stored.get(key)).isNotEqualTo(exact);
    }

    @Test
    void versionThatIsThereIsNotReplaced() throws IOException {
        Path file = checkpoint("song_ncsn");
        convert(GoldenNet.of("song_ncsn"), file);
        refused(file, out() + "/song_ncsn/1 (expected: a version that isn't there yet; see --model-version)", true);
    }

    @Test
    void missingKeyIsNamedAndNothingIsLeftBehind() throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        String key = tensors.keySet().stream()
                .filter(k -> k.endsWith("conv1.weight"))
                .findFirst()
                .orElseThrow();
        tensors.remove(key);
        refused(save("missing", tensors), key + ": missing (expected: shape [", false);
    }

    @Test
    void unknownKeyIsNamed() throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        tensors.put("model.extra.weight", HostTensor.of(new float[1], List.of(1L)));
        refused(save("extra", tensors), "model.extra.weight: unknown (expected: only tensors of the network", false);
    }

    @Test
    void anotherFilterIsRefused() throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        String key = tensors.keySet().stream()
                .filter(k -> k.endsWith(".resample_filter"))
                .findFirst()
                .orElseThrow();
        List<Long> shape = tensors.get(key).shape();
        tensors.put(key, HostTensor.of(new float[tensors.get(key).size()], shape));
        refused(save("filter", tensors), key + ": [0.0, 0.0", false);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
    void valuesThatAreNotFiniteAreRefused(float value) throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        String key = "model.map_layer0.bias";
        float[] values = tensors.get(key).floats();
        values[values.length - 1] = value;
        tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        refused(save("infinite", tensors), key + ": " + value + " among its values", false);
    }

    @Test
    void valuesTooLargeForTheTypeAreRefused() throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        String key = "model.map_layer0.bias";
        float[] values = tensors.get(key).floats();
        values[0] = 65520;
        tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        refused(save("large", tensors), key + ": 65520.0 among its values", false, "--precision", "F16");
    }

    @Test
    void weightsThatMakeNoPicturesAreRefused() throws IOException {
        Map<String, HostTensor> tensors = tensors("song_ncsn");
        for (String key : List.of("model.map_layer0.weight", "model.map_layer1.weight")) {
            float[] values = new float[tensors.get(key).size()];
            Arrays.fill(values, 1e38f);
            tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        }
        refused(save("overflow", tensors), "g = NaN at t = 80.0 (expected: finite values", false);
    }

    @Test
    void programsInAPickleAreRefusedByNameAndNotRun() throws IOException {
        Path proof = directory.resolve("proof");
        PickleWriter pickle = new PickleWriter().global("posix", "system");
        pickle.text("touch " + proof).op(0x85, 'R');
        byte[] archive = new TorchSave("a").member("data.pkl", pickle.end()).end();
        refused(Files.write(directory.resolve("evil.pt"), archive), "class posix.system (expected: only", false);
        assertThat(proof).doesNotExist();
    }

    @Test
    void truncatedAndForeignFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(checkpoint("song_ncsn"));
        refused(
                Files.write(directory.resolve("half.pt"), Arrays.copyOf(whole, whole.length / 2)),
                "(expected: a complete zip archive of torch.save)",
                false);
        byte[] page = "<html>not found</html>".getBytes(StandardCharsets.UTF_8);
        refused(Files.write(directory.resolve("page.pt"), page), "starts with \"<html>not found<\"", false);
        byte[] weights = GoldenFiles.read("song_ncsn.weights.safetensors");
        refused(
                Files.write(directory.resolve("half.safetensors"), Arrays.copyOf(weights, weights.length - 4)),
                "(expected: within",
                false);
        refused(directory.resolve("none.pt"), "cannot be read (expected: a checkpoint file)", false);
    }

    @Test
    void interruptedConversionLeavesNothingBehind() throws IOException {
        Path file = checkpoint("song_ncsn");
        Thread.currentThread().interrupt();
        CommandLineRun run;
        try {
            run = CommandLineRun.of("convert", file.toString(), "--out", out());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse convert: interrupted, nothing was written");
        assertThat(run.status()).isEqualTo(1);
        assertThat(Path.of(out())).doesNotExist();
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

    private void refused(Path file, String message, boolean somethingThere, String... options) throws IOException {
        String[] args = {"convert", file.toString(), "--out", out()};
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Arrays.stream(args), Arrays.stream(options)).toArray(String[]::new));
        assertThat(run.err()).contains(message).hasLineCount(1).startsWith("glimpse convert: ");
        assertThat(run.status()).isEqualTo(2);
        assertThat(Files.exists(Path.of(out()))).isEqualTo(somethingThere);
    }

    private Path checkpoint(String name) throws IOException {
        return save(name, tensors(name));
    }

    private static Map<String, HostTensor> tensors(String name) throws IOException {
        return new LinkedHashMap<>(SafeTensors.read(GoldenFiles.file(name + ".weights.safetensors"))
                .tensors());
    }

    /** Writes tensors as torch.save does, one storage each. */
    private Path save(String name, Map<String, HostTensor> tensors) throws IOException {
        Map<String, Window> windows = new LinkedHashMap<>();
        Map<String, byte[]> storages = new LinkedHashMap<>();
        tensors.forEach((key, tensor) -> {
            String storage = Integer.toString(storages.size());
            windows.put(key, Window.whole(storage, tensor.shape()));
            ByteBuffer bytes = ByteBuffer.allocate(tensor.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.floats());
            storages.put(storage, bytes.array());
        });
        return Files.write(directory.resolve(name + ".pt"), TorchSave.stateDict(name, windows, storages));
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
