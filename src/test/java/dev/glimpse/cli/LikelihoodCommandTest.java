package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikelihoodCommandTest {
    private static final int PICTURES = 20;
    private static final int SIZE = 8;
    private static final byte[] PIXELS = new byte[PICTURES * SIZE * SIZE];

    @TempDir
    static Path directory;

    static String model;
    static Path data;

    @BeforeAll
    static void writeModelAndData() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        data = Files.createDirectories(directory.resolve("data"));
        new Random(3).nextBytes(PIXELS);
        ByteBuffer images = ByteBuffer.allocate(16 + PIXELS.length);
        images.putInt(0x0803).putInt(PICTURES).putInt(SIZE).putInt(SIZE).put(PIXELS);
        ByteBuffer labels = ByteBuffer.allocate(8 + PICTURES);
        labels.putInt(0x0801).putInt(PICTURES);
        for (int i = 0; i < PICTURES; i++) {
            labels.put((byte) (i % TinyModel.LABELS.size()));
        }
        Files.write(data.resolve("t10k-images-idx3-ubyte"), images.array());
        Files.write(data.resolve("t10k-labels-idx1-ubyte"), labels.array());
    }

    @Test
    void aBoundTakesItsPassesInPlaceOfTheOde() throws IOException {
        CommandLineRun run = likelihood("--count", "2", "--bound", "3");

        assertThat(run.out())
                .contains("lower bound of 3 passes, dequantisation uniform, seed 0")
                .containsPattern("standard error [0-9.]+ over passes")
                .contains("3.0 evaluations each")
                .doesNotContain("probe");
        List<JsonObject> lines = json("--count", "2", "--bound", "3");
        assertThat(lines.get(lines.size() - 1).keySet()).doesNotContain("probe", "probes");
    }

    @Test
    void meanIsToldWithBothErrors() {
        CommandLineRun run = likelihood("--count", "5", "--probes", "2");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("tiny/3: heun with 3 steps, dequantisation uniform, 2 rademacher probes, seed 0")
                .containsPattern("[0-9.]+ bits/dim, standard error [0-9.]+ over probes, [0-9.]+ over pictures")
                .contains("5 of 5 pictures, 6.0 evaluations each");
    }

    /** Its numbers are on another scale. */
    @Test
    void cellThatIsNotTheExactOneIsTold() {
        assertThat(likelihood("--count", "1", "--cell", "official").out())
                .contains(", dequantisation uniform, cell official, 1 rademacher probe, seed 0");
    }

    @Test
    void wrongInputLeavesTheFileOfAnEarlierRunAlone() throws IOException {
        Path scores = Files.writeString(directory.resolve("yesterday.jsonl"), "scores");

        for (String[] wrong : List.of(new String[] {"--probes", "0"}, new String[] {"--count", "0"})) {
            CommandLineRun run = likelihood(wrong[0], wrong[1], "--out", scores.toString());

            assertThat(run.status()).isEqualTo(2);
            assertThat(scores).hasContent("scores");
        }
    }

    /** Each would write its lines between those of the other. */
    @Test
    void fileThatAnotherRunWritesToIsLeftAlone() throws IOException {
        Path scores = Files.writeString(directory.resolve("running.jsonl"), "scores");
        try (FileChannel running = FileChannel.open(scores, StandardOpenOption.WRITE)) {
            running.lock();

            CommandLineRun run = likelihood("--count", "2", "--out", scores.toString());

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines(
                            "glimpse likelihood: --out: " + scores + " (expected: a file that no other run writes to)");
        }
        assertThat(scores).hasContent("scores");

        assertThat(likelihood("--count", "2", "--out", scores.toString()).status())
                .isZero();
        assertThat(Files.readAllLines(scores)).hasSize(3);
    }

    @Test
    void aFullDiskIsNoSuccess() {
        CommandLineRun run = likelihood("--count", "2", "--out", "/dev/full");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).containsPattern("[0-9.]+ bits/dim");
        assertThat(run.err()).contains("/dev/full cannot be written: No space left on device");
    }

    /** As behind 'head', or on a full disk: hours may be left. */
    @Test
    void scoringEndsWhereNobodyCanReadMore() {
        StringWriter err = new StringWriter();

        int status = Main.execute(
                arguments("--count", "2", "--json"), Map.of(), new PrintWriter(new FullOutput()), new PrintWriter(err));

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .contains("standard output cannot be written, and nobody would read more of it")
                .hasLineCount(1);
    }

    @Test
    void singleProbeDoesNotPretendToKnowItsError() {
        assertThat(likelihood("--count", "2").out()).contains("standard error unknown over probes");
    }

    @Test
    void jsonTellsEachPictureAndThenTheMean() {
        List<JsonObject> lines = json("--count", "17");

        assertThat(lines).hasSize(18);
        double sum = 0;
        for (int i = 0; i < 17; i++) {
            assertThat(lines.get(i).get("event").getAsString()).isEqualTo("picture");
            assertThat(lines.get(i).get("index").getAsInt()).isEqualTo(i);
            sum += lines.get(i).get("bits_per_dimension").getAsDouble();
        }
        JsonObject summary = lines.get(17);
        assertThat(summary.get("event").getAsString()).isEqualTo("summary");
        assertThat(summary.get("complete").getAsBoolean()).isTrue();
        assertThat(summary.get("evaluations").getAsInt()).isEqualTo(17 * 6);
        assertThat(summary.get("bits_per_dimension").getAsDouble()).isCloseTo(sum / 17, within(1e-9));
    }

    @Test
    void shardsTogetherScoreWhatOneRunScores() {
        List<JsonObject> whole = pictures(json("--count", "7"));
        List<JsonObject> parts = new ArrayList<>();
        for (String shard : List.of("0/3", "1/3", "2/3")) {
            parts.addAll(pictures(json("--count", "7", "--shard", shard)));
        }
        assertThat(parts).isEqualTo(whole);
    }

    @Test
    void labelOfTheDataSetIsUsedUnlessAnotherIsNamed() {
        List<JsonObject> own = pictures(json("--count", "4"));
        List<JsonObject> bag = pictures(json("--count", "4", "--label", "bag"));
        List<JsonObject> none = pictures(json("--count", "4", "--label", "none"));

        assertThat(bag.get(1)).as("a bag in the data set").isEqualTo(own.get(1));
        assertThat(bag.get(0)).isNotEqualTo(own.get(0));
        assertThat(none).doesNotContainAnyElementsOf(own).doesNotContainAnyElementsOf(bag);
    }

    /** Their order decides which class each is scored as. */
    @Test
    void foldersOfOtherNamesThanTheClassesAreTold() throws IOException {
        Path folders = directory.resolve("folders");
        for (String name : List.of("Tasche", "Zahl", "Ring")) {
            Path folder = Files.createDirectories(folders.resolve(name));
            ImageIO.write(
                    new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY),
                    "png",
                    folder.resolve("a.png").toFile());
        }

        CommandLineRun run =
                CommandLineRun.of("likelihood", "--model", model, "--bound", "1", "--data", folders.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .isEqualToIgnoringNewLines("folders by their order: Ring -> Shirt, Tasche -> Bag, Zahl -> Sandal");
    }

    @Test
    void pngFileHasTheLikelihoodOfTheSamePictureInADataSet() throws IOException {
        Path pngs = Files.createDirectories(directory.resolve("pngs"));
        for (int i = 0; i < 2; i++) {
            BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
            byte[] own = Arrays.copyOfRange(PIXELS, i * SIZE * SIZE, (i + 1) * SIZE * SIZE);
            image.getRaster().setDataElements(0, 0, SIZE, SIZE, own);
            ImageIO.write(
                    image, "png", pngs.resolve(i + (i == 0 ? ".png" : ".PNG")).toFile());
        }
        List<JsonObject> expected = pictures(json("--count", "2", "--label", "bag"));

        CommandLineRun run = CommandLineRun.of(
                "likelihood",
                "--model",
                model,
                "--integrator",
                "heun",
                "--steps",
                "3",
                "--json",
                "--label",
                "bag",
                "--data",
                pngs.toString());

        assertThat(run.err()).isEmpty();
        assertThat(pictures(lines(run))).isEqualTo(expected);
    }

    @Test
    void toleranceDecidesTheEvaluations() {
        assertThat(evaluations("1e-5")).isGreaterThan(evaluations("1e-2"));
    }

    private static int evaluations(String tolerance) {
        CommandLineRun run = CommandLineRun.of(
                "likelihood",
                "--model",
                model,
                "--data",
                data.toString(),
                "--count",
                "1",
                "--json",
                "--tolerance",
                tolerance);
        assertThat(run.err()).isEmpty();
        return lines(run).get(1).get("evaluations").getAsInt();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count 0|--count: 0 (expected: at least 1)",
                "--probes 0|--probes: 0 (expected: 1..1000)",
                "--steps 0|--steps: 0 (expected: at least 1)",
                "--tolerance 0.1|--tolerance: 0.1 (expected: none with equal steps)",
                "--seed -1|invalid value for option '--seed': -1 (expected: 0..18446744073709551615)",
                "--shard 3/3|--shard: 3/3 (expected: I/N with I in 0..N-1, such as 0/4)",
                "--shard 1|--shard: 1 (expected: I/N with I in 0..N-1, such as 0/4)",
                "--count 2 --shard 0/3|--shard: 0/3 (expected: at most as many parts as pictures, 2)",
                "--label hat|--label: hat (expected: 0..2 or one of Shirt, Bag, Sandal)"
            })
    void wrongOptionIsRefusedInOneLine(String options, String message) {
        CommandLineRun run = likelihood(options.split(" ", -1));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("glimpse likelihood: " + message)
                .hasLineCount(1);
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedByItsOption() throws IOException {
        Path below = Files.writeString(directory.resolve("a-file"), "").resolve("scores.jsonl");
        CommandLineRun run = likelihood("--out", below.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "glimpse likelihood: --out: " + below + " (expected: a place that can be written)");
    }

    @Test
    void toleranceOutOfRangeIsRefused() {
        CommandLineRun run =
                CommandLineRun.of("likelihood", "--model", model, "--data", data.toString(), "--tolerance", "0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--tolerance: 0.0 (expected: 1e-12..1)");
    }

    @Test
    void stepsAreRefusedWhereTheIntegratorChoosesThem() {
        CommandLineRun run =
                CommandLineRun.of("likelihood", "--model", model, "--data", data.toString(), "--steps", "3");

        assertThat(run.err()).contains("--steps: 3 (expected: none with --integrator rk45");
    }

    @Test
    void picturesOfAnotherSizeAreRefused() {
        CommandLineRun run = CommandLineRun.of("likelihood", "--data", data.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--data: 1 x 8 x 8 (expected: 1 x 28 x 28, what the model makes)");
    }

    @Test
    void pathThatDoesNotExistIsRefusedBeforeAllElse() {
        Path nowhere = directory.resolve("nowhere");
        CommandLineRun run = CommandLineRun.of("likelihood", "--model", model, "--data", nowhere.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--data: " + nowhere + " (expected: a directory or a PNG file that exists)");
    }

    @Test
    void fileThatIsNoPictureIsRefusedByItsName() throws IOException {
        Path text = Files.writeString(directory.resolve("text.png"), "no picture");
        CommandLineRun run =
                CommandLineRun.of("likelihood", "--model", model, "--label", "none", "--data", text.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).startsWith("glimpse likelihood: --data: " + text + " (expected: a PNG");
    }

    @Test
    void pngFilesOfAModelWithClassesNeedALabel() throws IOException {
        Path picture = Files.writeString(directory.resolve("any.png"), "not read yet");
        CommandLineRun run = CommandLineRun.of("likelihood", "--model", model, "--data", picture.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--label: missing (expected: none or a class, as PNG files have no label)");
    }

    private static CommandLineRun likelihood(String... options) {
        return CommandLineRun.of(arguments(options));
    }

    private static String[] arguments(String... options) {
        List<String> args = new ArrayList<>(List.of("likelihood", "--model", model, "--data", data.toString()));
        boolean ode = !List.of(options).contains("--bound");
        if (ode) {
            args.addAll(List.of("--integrator", "heun"));
        }
        if (ode && !List.of(options).contains("--steps")) {
            args.addAll(List.of("--steps", "3"));
        }
        args.addAll(List.of(options));
        return args.toArray(String[]::new);
    }

    private static List<JsonObject> json(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = "--json";
        CommandLineRun run = likelihood(all);
        assertThat(run.err()).isEmpty();
        return lines(run);
    }

    private static List<JsonObject> lines(CommandLineRun run) {
        return run.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static List<JsonObject> pictures(List<JsonObject> lines) {
        return lines.subList(0, lines.size() - 1);
    }
}
