package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;
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

    /** A model may come from anyone. */
    @Test
    void inspectShowsNothingThatATerminalWouldObey() throws IOException {
        Path written = TinyModel.write(directory.resolve("odd/1"));
        Path config = written.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"Shirt\"", "\"Sh\\u001b[2Jirt\"")
                        .replace("\"recipe\"", "\"re\\u009bcipe\"")
                        .replace("random weights", "random\\u202e\\nweights"));
        CommandLineRun run = CommandLineRun.of("inspect", "--model", written.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("labels +Sh\\?\\[2Jirt, Bag, Sandal")
                .containsPattern("re\\?cipe +random\\? weights")
                .matches("[\\P{C}\n]*");
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
        assertThat(result.get("steps").getAsInt()).isEqualTo(3);
        assertThat(result.get("nfe").getAsInt()).isEqualTo(3);
        assertThat(result.get("evaluations").getAsInt()).isEqualTo(15);
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
        assertThat(CommandLineRun.of("sample", "--model", model, "--count", "2000000000")
                        .err())
                .contains("--count: 2000000000 (expected: fewer, as their grid would have more than 2147483647 values");
        assertThat(CommandLineRun.of("sample", "--model", model, "--steps", "0").err())
                .contains("--steps: 0 (expected: at least 1)");
        assertThat(CommandLineRun.of("sample", "--model", model, "--steps", "2147483647")
                        .err())
                .contains("--steps: 2147483647 (expected: at most 100000)");
        assertThat(CommandLineRun.of("sample", "--model", model, "--sampler", "cm", "--gamma", "0.5")
                        .err())
                .contains("--gamma: 0.5 (expected: 1 or absent with sampler cm)");
    }

    @Test
    void everySamplerIsTypedByItsName() {
        assertThat(nfe("--sampler", "heun", "--steps", "3", "--churn", "2", "--churn-noise", "1.003"))
                .isEqualTo(5);
        assertThat(nfe("--sampler", "two_jump", "--grid", "18", "--knots", "0,10,8,17"))
                .isEqualTo(2);
        assertThat(nfe("--knots", "80,2.5,0.17,0.002")).isEqualTo(3);
        assertThat(nfe("--gamma", "0.5", "--gamma-form", "paper", "--steps", "2"))
                .isEqualTo(2);
    }

    @Test
    void evaluationsOfHeunAreNotCalledSteps() {
        JsonObject result = json(
                "sample",
                "--model",
                model,
                "--count",
                "2",
                "--sampler",
                "heun",
                "--steps",
                "3",
                "--out",
                directory.resolve("heun.png").toString(),
                "--json");
        assertThat(result.get("steps").getAsInt()).isEqualTo(3);
        assertThat(result.get("nfe").getAsInt()).isEqualTo(5);
        assertThat(result.get("evaluations").getAsInt()).isEqualTo(10);
    }

    @Test
    void optionsOfAPlanAreRefusedByTheirOwnNames() {
        assertRefused("--knots: 40.0 (expected: sigma_max 80.0 as the first", "--knots", "40,0.002");
        assertRefused("--grid: 18 (expected: --knots with it)", "--grid", "18");
        assertRefused("--knots: 0.5 (expected: whole numbers with --grid)", "--grid", "18", "--knots", "0,0.5,17");
        assertRefused("--steps: 2 (expected: absent, since knots are given)", "--steps", "2", "--knots", "80,0.002");
        assertRefused("--churn: 1.0 (expected: absent, or sampler heun)", "--churn", "1");
        assertRefused(
                "--gamma-form: paper_unclamped (expected: official or paper, as this network gives no numbers at time 0)",
                "--gamma",
                "1",
                "--gamma-form",
                "paper_unclamped");
    }

    @Test
    void paintsAnewWhereTheMaskIsWhiteAndKeepsTheRest() throws IOException {
        Path image = picture("image.png", (x, y) -> 16 * (x + y));
        Path mask = picture("mask.png", (x, y) -> x < 4 ? 0 : 255);
        Path each = directory.resolve("each");
        JsonObject result = json(edit("inpaint", image, "--mask", mask.toString(), "--each", each.toString()));
        assertThat(result.get("sampler").getAsString()).isEqualTo("cm");
        BufferedImage first = ImageIO.read(each.resolve("0.png").toFile());
        BufferedImage second = ImageIO.read(each.resolve("1.png").toFile());
        boolean differs = false;
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                int value = first.getRaster().getSample(x, y, 0);
                if (x < 4) {
                    assertThat(value).isEqualTo(16 * (x + y));
                } else {
                    differs |= value != second.getRaster().getSample(x, y, 0);
                }
            }
        }
        assertThat(differs).isTrue();
    }

    @Test
    void sharpensAPictureAndKeepsTheMeanOfEachBlock() throws IOException {
        Path image = picture("coarse.png", (x, y) -> x < 4 ? 10 : 245);
        Path each = directory.resolve("sharpened");
        json(edit("upscale", image, "--factor", "4", "--each", each.toString()));
        Raster sharp = ImageIO.read(each.resolve("1.png").toFile()).getRaster();
        for (int block = 0; block < 4; block++) {
            int left = block % 2 * 4;
            int top = block / 2 * 4;
            int sum = 0;
            for (int i = 0; i < 16; i++) {
                sum += sharp.getSample(left + i % 4, top + i / 4, 0);
            }
            double mean = left == 0 ? 10 : 245;
            assertThat(sum / 16.0).isBetween(mean - 1, mean);
        }
    }

    @Test
    void everyOtherEditOfAGreyModelIsDone() throws IOException {
        Path image = picture("other.png", (x, y) -> 16 * (x + y));
        JsonObject stroke = json(edit("stroke", image, "--start", "1"));
        assertThat(stroke.get("sampler").getAsString()).isEqualTo("exact");
        json(edit("interpolate", image, "--to-seed", "9"));
    }

    @Test
    void editThatCannotBeIsRefusedByItsOption() throws IOException {
        Path image = picture("refused.png", (x, y) -> 0);
        assertRefused("--image: none (expected: a PNG file for --edit stroke)", "--edit", "stroke");
        assertRefused("edit: colorize (expected: inpaint, upscale", edit("colorize", image));
        assertRefused("--factor: 3 (expected: at least 2, dividing 8 x 8)", edit("upscale", image, "--factor", "3"));
        assertRefused("--start: 99.0 (expected: more than 0.002", edit("stroke", image, "--start", "99"));
        Path text = Files.writeString(directory.resolve("text.png"), "text");
        assertRefused("--image: 4 bytes (expected: a PNG file)", edit("stroke", text));
    }

    @Test
    void directoriesOfPicturesAreMadeAsOtherCommandsMakeThem() {
        Path out = directory.resolve("new/grids/grid.png");
        Path each = directory.resolve("new/each");
        CommandLineRun run = CommandLineRun.of(
                "sample", "--model", model, "--count", "1", "--out", out.toString(), "--each", each.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(out).isNotEmptyFile();
        assertThat(each.resolve("0.png")).isNotEmptyFile();
    }

    @Test
    void aLinkToADirectoryIsAPlaceForPictures() throws IOException {
        Path link = Files.createSymbolicLink(
                directory.resolve("link"), Files.createDirectories(directory.resolve("behind-a-link")));
        CommandLineRun run = CommandLineRun.of(
                "sample", "--model", model, "--count", "1", "--out", link + "/grid.png", "--each", link.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(link.resolve("0.png")).isNotEmptyFile();
    }

    @Test
    void aPictureThatADiskHasNoRoomForIsNamed() throws IOException {
        Path each = Files.createDirectory(directory.resolve("full"));
        Path picture = Files.createSymbolicLink(each.resolve("0.png"), Path.of("/dev/full"));
        CommandLineRun run = CommandLineRun.of(
                "sample", "--model", model, "--count", "1", "--out", each + "/grid.png", "--each", each.toString());
        Files.delete(picture);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(picture + " cannot be written: No space left on device");
    }

    @Test
    void whereNothingCanBeWrittenNothingIsDrawn() throws IOException {
        Path file = Files.writeString(directory.resolve("a-file"), "");
        Path folder = Files.createDirectory(directory.resolve("folder.png"));
        Path below = file.resolve("grid.png");
        assertRefused("--out: " + below + " (expected: a place that can be written)", "--out", below.toString());
        assertRefused("--out: " + folder + " (expected: a file that can be written)", "--out", folder.toString());
        Path out = directory.resolve("undrawn.png");
        assertRefused(
                "--each: " + file + " (expected: a place that can be written)",
                "--each",
                file.toString(),
                "--out",
                out.toString());
        assertThat(out).doesNotExist();
    }

    private static String[] edit(String kind, Path image, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "sample",
                "--model",
                model,
                "--count",
                "2",
                "--json",
                "--out",
                directory.resolve("edit.png").toString()));
        args.addAll(List.of("--edit", kind));
        if (!kind.equals("interpolate")) {
            args.addAll(List.of("--image", image.toString()));
        }
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private static Path picture(String name, IntBinaryOperator value) throws IOException {
        BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                picture.getRaster().setSample(x, y, 0, value.applyAsInt(x, y));
            }
        }
        Path file = directory.resolve(name);
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }

    private static int nfe(String... options) {
        List<String> args = new ArrayList<>(List.of(
                "sample",
                "--model",
                model,
                "--count",
                "1",
                "--json",
                "--out",
                directory.resolve("nfe.png").toString()));
        args.addAll(List.of(options));
        return json(args.toArray(String[]::new)).get("nfe").getAsInt();
    }

    private static void assertRefused(String message, String... options) {
        List<String> args = new ArrayList<>(List.of(options));
        if (!args.get(0).equals("sample")) {
            args.addAll(0, List.of("sample", "--model", model));
        }
        CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
        assertThat(run.err()).contains(message).hasLineCount(1);
        assertThat(run.status()).isEqualTo(2);
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
        assertThat(result.get("a_ms").getAsDouble()).isNotNegative();
        assertThat(result.get("b_ms").getAsDouble()).isPositive();
    }

    @Test
    void benchEndsWithTheCostThatSimulateAndCapacityTake() {
        CommandLineRun run = CommandLineRun.of("bench", "--model", model, "--rows", "1,4", "--rounds", "3");
        String last = run.out().lines().reduce((line, next) -> next).orElseThrow();
        assertThat(last).matches("T\\(rows\\) = A \\+ B x rows: --cost \\d+\\.\\d{2,},\\d+\\.\\d{2,}");
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
