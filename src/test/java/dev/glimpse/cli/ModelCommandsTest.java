package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandsTest {
    @TempDir
    static Path directory;

    static String model;

    @BeforeAll
    static void writeModel() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
    }

    @Test
    void inspectTellsWhatTheDirectoryHolds() {
        CommandLineRun run = CommandLineRun.of("inspect", "--model", model);
        assertThat(run.status()).isZero();
        assertThat(run.out()).containsPattern("name +tiny").containsPattern("labels +Shirt, Bag, Sandal");
    }

    @Test
    void inspectAsJsonHoldsTheTrainingRecord() {
        JsonObject facts = json("inspect", "--model", model, "--json");
        assertThat(facts.get("version").getAsString()).isEqualTo("3");
        assertThat(facts.get("parameters").getAsLong()).isPositive();
        assertThat(facts.getAsJsonObject("training").get("recipe").getAsString())
                .isEqualTo("random weights");
    }

    @Test
    void sampleWritesOneGridOfAllPictures() throws IOException {
        Path out = directory.resolve("grid.png");
        JsonObject result = json(
                "sample",
                "--model",
                model,
                "--count",
                "5",
                "--steps",
                "3",
                "--gamma",
                "0.5",
                "--out",
                out.toString(),
                "--json");
        assertThat(result.get("nfe").getAsInt()).isEqualTo(15);
        assertThat(result.get("sampler").getAsString()).isEqualTo("gamma");
        assertThat(result.getAsJsonArray("labels")).hasSize(5);
        BufferedImage grid = ImageIO.read(out.toFile());
        assertThat(grid.getWidth()).isEqualTo(3 * 8 + 4 * 2);
        assertThat(grid.getHeight()).isEqualTo(2 * 8 + 3 * 2);
    }

    @Test
    void sameSeedGivesTheSameGridAndAnotherSeedAnother() throws IOException {
        assertThat(grid("--seed", "18446744073709551615")).isEqualTo(grid("--seed", "18446744073709551615"));
        assertThat(grid("--seed", "1")).isNotEqualTo(grid("--seed", "2"));
    }

    @Test
    void labelIsTakenByNameInAnyCaseAndByIndex() throws IOException {
        assertThat(grid("--label", "bag")).isEqualTo(grid("--label", "1")).isNotEqualTo(grid("--label", "0"));
    }

    @Test
    void wrongLabelIsRefusedWithTheNamesThereAre() {
        CommandLineRun run = CommandLineRun.of("sample", "--model", model, "--label", "hat");
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "glimpse sample: --label: hat (expected: 0..2 or one of Shirt, Bag, Sandal)");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void wrongGammaAndStepsAreRefused() {
        assertThat(CommandLineRun.of("sample", "--model", model, "--gamma", "2").err())
                .contains("--gamma: 2.0 (expected: 0..1)");
        assertThat(CommandLineRun.of("sample", "--model", model, "--steps", "0").err())
                .contains("--steps: 0 (expected: at least 1)");
        assertThat(CommandLineRun.of("sample", "--model", model, "--sampler", "cm", "--gamma", "0.5")
                        .err())
                .contains("--gamma: 0.5 (expected: 1 or absent with sampler cm)");
    }

    @Test
    void benchComparesBothFormsAtEverySize() {
        JsonObject result = json("bench", "--model", model, "--rows", "1,4", "--rounds", "3", "--json");
        assertThat(result.getAsJsonArray("results")).hasSize(2).allSatisfy(element -> {
            JsonObject line = element.getAsJsonObject();
            assertThat(line.get("emitted_nfe_per_second").getAsDouble()).isPositive();
            assertThat(line.get("eager_nfe_per_second").getAsDouble()).isPositive();
            assertThat(line.get("largest_difference").getAsDouble()).isLessThan(1e-2);
        });
    }

    @Test
    void tamperedWeightsAreRefusedByTheirFile() throws IOException {
        Path broken = TinyModel.write(directory.resolve("broken/1"));
        Path weights = broken.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        CommandLineRun run = CommandLineRun.of("sample", "--model", broken.toString());
        assertThat(run.err())
                .startsWith("glimpse sample: " + weights + ": checksum")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(2);
    }

    private static byte[] grid(String... options) throws IOException {
        Path out = directory.resolve("again.png");
        String[] args = {"sample", "--model", model, "--count", "4", "--steps", "2", "--out", out.toString()};
        String[] all = java.util.Arrays.copyOf(args, args.length + options.length);
        System.arraycopy(options, 0, all, args.length, options.length);
        CommandLineRun run = CommandLineRun.of(all);
        assertThat(run.err()).isEmpty();
        return Files.readAllBytes(out);
    }

    private static JsonObject json(String... args) {
        CommandLineRun run = CommandLineRun.of(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
