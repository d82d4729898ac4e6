package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.model.AdmUNetConfig;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.HostTensor;
import dev.glimpse.testing.GoldenFiles;
import dev.glimpse.testing.PickleWriter;
import dev.glimpse.testing.TorchSave;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that {@code glimpse convert} must not take: each gives one line, and nothing stays behind. */
class ConvertRefusalTest {
    @TempDir
    Path directory;

    private Checkpoints checkpoints;

    @BeforeEach
    void chooseAPlace() {
        checkpoints = new Checkpoints(directory);
    }

    @Test
    void aPlaceThatIsAFileIsRefusedBeforeTheCheckpointIsRead() throws IOException {
        Path taken = Files.writeString(directory.resolve("taken"), "");
        CommandLineRun run =
                CommandLineRun.of("convert", checkpoints.golden("song_ncsn").toString(), "--out", taken.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "glimpse convert: --out: " + taken + "/song_ncsn (expected: a place that can be written)");
    }

    @Test
    void versionThatIsThereIsNotReplaced() throws IOException {
        Path file = checkpoints.golden("song_ncsn");
        assertThat(CommandLineRun.of("convert", file.toString(), "--out", out()).status())
                .isZero();
        refused(file, out() + "/song_ncsn/1 (expected: a version that isn't there yet; see --model-version)", true);
    }

    @Test
    void missingKeyIsNamedAndNothingIsLeftBehind() throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        String key = tensors.keySet().stream()
                .filter(k -> k.endsWith("conv1.weight"))
                .findFirst()
                .orElseThrow();
        tensors.remove(key);
        refused(checkpoints.save("missing", tensors), key + ": missing (expected: shape [", false);
    }

    /** The keys of such a network do not tell how large its pictures are. */
    @Test
    void picturesTooLargeToCountAreRefused() throws IOException {
        refused(
                checkpoints.golden("adm_cond"),
                "image size: 65536 x 65536 (expected: 1..2048 each)",
                false,
                "--size",
                "65536",
                "--head-channels",
                Integer.toString(((AdmUNetConfig) GoldenNet.of("adm_cond").config()).headChannels()));
    }

    @Test
    void unknownKeyIsNamed() throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        tensors.put("model.extra.weight", HostTensor.of(new float[1], List.of(1L)));
        refused(
                checkpoints.save("extra", tensors),
                "model.extra.weight: unknown (expected: only tensors of the network",
                false);
    }

    @Test
    void anotherFilterIsRefused() throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        String key = tensors.keySet().stream()
                .filter(k -> k.endsWith(".resample_filter"))
                .findFirst()
                .orElseThrow();
        List<Long> shape = tensors.get(key).shape();
        tensors.put(key, HostTensor.of(new float[tensors.get(key).size()], shape));
        refused(checkpoints.save("filter", tensors), key + ": [0.0, 0.0", false);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
    void valuesThatAreNotFiniteAreRefused(float value) throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        String key = "model.map_layer0.bias";
        float[] values = tensors.get(key).floats();
        values[values.length - 1] = value;
        tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        refused(checkpoints.save("infinite", tensors), key + ": " + value + " among its values", false);
    }

    @Test
    void valuesTooLargeForTheTypeAreRefused() throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        String key = "model.map_layer0.bias";
        float[] values = tensors.get(key).floats();
        values[0] = 65520;
        tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        refused(checkpoints.save("large", tensors), key + ": 65520.0 among its values", false, "--precision", "F16");
    }

    @Test
    void weightsThatMakeNoPicturesAreRefused() throws IOException {
        Map<String, HostTensor> tensors = Checkpoints.tensors("song_ncsn");
        for (String key : List.of("model.map_layer0.weight", "model.map_layer1.weight")) {
            float[] values = new float[tensors.get(key).size()];
            Arrays.fill(values, 1e38f);
            tensors.put(key, HostTensor.of(values, tensors.get(key).shape()));
        }
        refused(checkpoints.save("overflow", tensors), "g = NaN at t = 80.0 (expected: finite values", false);
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
        byte[] whole = Files.readAllBytes(checkpoints.golden("song_ncsn"));
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
        Path file = checkpoints.golden("song_ncsn");
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

    private void refused(Path file, String message, boolean somethingThere, String... options) throws IOException {
        String[] args = {"convert", file.toString(), "--out", out()};
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Arrays.stream(args), Arrays.stream(options)).toArray(String[]::new));
        assertThat(run.err()).contains(message).hasLineCount(1).startsWith("glimpse convert: ");
        assertThat(run.status()).isEqualTo(2);
        assertThat(Files.exists(Path.of(out()))).isEqualTo(somethingThere);
    }
}
