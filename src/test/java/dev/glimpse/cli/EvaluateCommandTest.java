package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    private static final int COUNT = 130;
    private static final int COMPARED = 70;

    @TempDir
    static Path directory;

    static String model;
    static String classifier;

    @BeforeAll
    static void writeModelClassifierAndData() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        classifier = writeClassifier(directory.resolve("features.pt")).toString();
        TinyData.write(directory, "train", 150, TinyModel.LABELS.size());
        TinyData.write(directory, "t10k", 40, TinyModel.LABELS.size());
    }

    @Test
    void reportHoldsTheNumbersOfEverySetting() throws IOException {
        Path out = directory.resolve("report");
        JsonObject report = json(evaluate(out, "--steps", "1,3", "--sampler", "exact,gamma,heun", "--json"));

        assertThat(report.get("samples").getAsInt()).isEqualTo(COUNT);
        assertThat(report.get("distance_name").getAsString()).isEqualTo("Fréchet distance");
        assertThat(report.get("features").getAsString()).startsWith("features.pt (sha256 ");
        assertThat(report.getAsJsonObject("data").get("pictures").getAsInt()).isEqualTo(150);
        List<JsonObject> rows = rows(report);
        assertThat(rows.stream().map(row -> row.get("sampler").getAsString() + row.get("nfe")))
                .containsExactly("exact1", "exact3", "gamma1", "gamma3", "heun1", "heun5");
        for (JsonObject row : rows) {
            assertThat(row.get("frechet_distance").getAsDouble()).isPositive();
            assertThat(row.get("precision").getAsDouble()).isBetween(0.0, 1.0);
            assertThat(row.get("recall").getAsDouble()).isBetween(0.0, 1.0);
            assertThat(row.get("class_score").getAsDouble()).isBetween(1.0, 3.0);
            assertThat(row.get("class_accuracy").getAsDouble()).isBetween(0.0, 1.0);
            assertThat(row.get("psnr_db").getAsDouble()).isPositive();
            assertThat(sum(row.getAsJsonArray("asked_per_class"))).isEqualTo(COUNT);
            assertThat(sum(row.getAsJsonArray("seen_per_class"))).isEqualTo(COUNT);
        }
        assertThat(rows.get(0).get("frechet_distance")).isEqualTo(rows.get(2).get("frechet_distance"));
        assertThat(Files.readString(out.resolve("evaluation.json"))).contains("frechet_distance");
        for (String file : List.of("frechet-distance", "precision", "psnr-db", "samples")) {
            assertThat(out.resolve(file + ".png")).isNotEmptyFile();
        }
    }

    @Test
    void tableNamesSettingsColumnsAndFeatures() {
        CommandLineRun run = evaluate(directory.resolve("table"), "--steps", "2", "--sampler", "cm", "--part", "test");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("tiny/3, seed 0: 130 samples a setting against 40 pictures of " + directory + " (test)")
                .contains("features: features.pt (sha256 ")
                .containsPattern("sampler +gamma +steps +NFE +Fréchet distance +precision +recall +class score")
                .containsPattern("cm +1.0 +2 +2 +[0-9]");
    }

    @Test
    void knotsOfOnesOwnAreWalkedBesideStepsOfTheModelsGrid() throws IOException {
        Path out = directory.resolve("knots");
        CommandLineRun run = evaluate(
                out, "--steps", "2", "--knots", "80,13,0.002", "--knots", "80, 4, 0.1, 0.002", "--gamma", "0,1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("sampler .* class accuracy .*  knots\\R")
                .containsPattern("exact +0.0 +2 +2 .* [0-9.-]+\\R")
                .containsPattern("exact +0.0 +2 +2 .*  80,13,0.002\\R")
                .containsPattern("cm +1.0 +3 +3 .*  80,4,0.1,0.002\\R");
        JsonObject report = JsonParser.parseString(Files.readString(out.resolve("evaluation.json")))
                .getAsJsonObject();
        List<JsonObject> rows = rows(report);
        assertThat(rows.stream().map(row -> row.has("knots") ? row.get("knots").toString() : "-"))
                .containsExactly(
                        "-",
                        "[80.0,13.0,0.002]",
                        "[80.0,4.0,0.1,0.002]",
                        "-",
                        "[80.0,13.0,0.002]",
                        "[80.0,4.0,0.1,0.002]");
        assertThat(rows.get(1).get("frechet_distance")).isNotEqualTo(rows.get(0).get("frechet_distance"));
    }

    @Test
    void placesOnAGridAreItsKnots() {
        JsonObject steps = json(evaluate(directory.resolve("steps"), "--steps", "2", "--json"));
        JsonObject places = json(evaluate(directory.resolve("places"), "--knots", "0,1,2", "--grid", "3", "--json"));
        JsonObject row = rows(places).get(0);
        assertThat(rows(places)).hasSize(1);
        row.remove("knots");
        assertThat(row).isEqualTo(rows(steps).get(0));
    }

    @Test
    void numbersDoNotDependOnTheNumberOfThreads() {
        JsonObject one = json(evaluate(directory.resolve("one"), "--steps", "2", "--threads", "1", "--json"));
        JsonObject three = json(evaluate(directory.resolve("three"), "--steps", "2", "--threads", "3", "--json"));
        assertThat(three.get("settings")).isEqualTo(one.get("settings"));
    }

    @Test
    void joinedShardsGiveTheNumbersAndTheSheetOfOneRun() throws IOException {
        JsonObject whole = json(evaluate(directory.resolve("whole"), "--steps", "1,2", "--gamma", "0.5", "--json"));
        Path shards = directory.resolve("shards");
        for (String shard : List.of("1/3", "0/3", "2/3")) {
            CommandLineRun run = draw(shards, "--steps", "1,2", "--gamma", "0.5", "--shard", shard);
            assertThat(run.status()).as(run.err()).isZero();
        }
        assertThat(shards.resolve("samples.png"))
                .as("which all of them would write at the same time")
                .doesNotExist();
        String[] files = Stream.of(2, 0, 1)
                .map(i ->
                        shards.resolve("statistics-" + i + "-of-3.safetensors").toString())
                .toArray(String[]::new);
        List<String> args = new ArrayList<>(List.of("evaluate", "--json", "--features", classifier, "--data"));
        args.addAll(List.of(directory.toString(), "--out", shards.toString(), "--merge"));
        args.addAll(List.of(files));
        JsonObject joined = json(CommandLineRun.of(args.toArray(String[]::new)));

        assertThat(joined.get("samples")).isEqualTo(whole.get("samples"));
        for (int i = 0; i < 2; i++) {
            JsonObject expected = rows(whole).get(i);
            JsonObject actual = rows(joined).get(i);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            for (String name : List.of("frechet_distance", "precision", "recall", "class_score", "psnr_db")) {
                double value = expected.get(name).getAsDouble();
                assertThat(actual.get(name).getAsDouble()).as(name).isCloseTo(value, within(1e-9 * (1 + value)));
            }
            assertThat(actual.get("seen_per_class")).isEqualTo(expected.get("seen_per_class"));
        }
        assertThat(shards.resolve("samples.png"))
                .hasSameBinaryContentAs(directory.resolve("whole").resolve("samples.png"));
    }

    @Test
    void shardsOfAVersionThatKeptNoPicturesAreJoinedWithoutASheet() throws IOException {
        Path old = directory.resolve("old");
        assertThat(draw(old, "--steps", "1", "--shard", "0/1").status()).isZero();
        Files.delete(old.resolve("samples.png"));
        Path file = old.resolve("statistics-0-of-1.safetensors");
        StatisticsFile kept = StatisticsFile.read(file);
        new StatisticsFile(kept.run(), kept.scope(), kept.from(), kept.done(), kept.settings()).write(file);

        CommandLineRun run = merge(old, file);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("no samples.png: the shards' version kept no pictures");
        assertThat(old.resolve("samples.png")).doesNotExist();
    }

    private static CommandLineRun merge(Path out, Path... shards) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--features", classifier, "--data"));
        args.addAll(List.of(directory.toString(), "--out", out.toString(), "--merge"));
        Stream.of(shards).map(Path::toString).forEach(args::add);
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    @Test
    void shardThatIsBeingDrawnIsRefusedAndTheOthersAreNot() throws IOException {
        Path out = Files.createDirectory(directory.resolve("shared"));
        CommandLineRun same;
        CommandLineRun other;
        try (OutputLock running = OutputLock.ofFile("--out", out, "statistics-0-of-3.safetensors")) {
            same = draw(out, "--steps", "1", "--shard", "0/3");
            other = draw(out, "--steps", "1", "--shard", "1/3");
        }
        assertThat(same.status()).isEqualTo(2);
        assertThat(same.err())
                .isEqualToIgnoringNewLines("glimpse evaluate: --out: " + out
                        + " (expected: a directory where no other run writes statistics-0-of-3.safetensors)");
        assertThat(other.status()).as(other.err()).isZero();
    }

    @Test
    void shardsThatAreNotAllThereAreNotJoined() {
        Path shards = directory.resolve("incomplete");
        for (String shard : List.of("0/3", "2/3")) {
            assertThat(draw(shards, "--steps", "1", "--shard", shard).status()).isZero();
        }
        CommandLineRun run = merge(
                shards,
                shards.resolve("statistics-0-of-3.safetensors"),
                shards.resolve("statistics-2-of-3.safetensors"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .hasLineCount(1)
                .containsPattern(
                        "--merge: [0-9]+ samples of each setting \\(expected: [0-9]+, all that the run asks for");
    }

    @Test
    void filesThatAreNoShardsOfOneRunAreTold() {
        Path one = directory.resolve("one-run");
        Path other = directory.resolve("other-run");
        assertThat(draw(one, "--steps", "1", "--shard", "0/3").status()).isZero();
        assertThat(draw(other, "--steps", "1", "--shard", "1/3", "--seed", "7").status())
                .isZero();
        Path first = one.resolve("statistics-0-of-3.safetensors");
        Path stranger = other.resolve("statistics-1-of-3.safetensors");

        assertThat(merge(one, first, stranger).err())
                .isEqualToIgnoringNewLines("glimpse evaluate: --merge: " + stranger
                        + " with seed \"7\" (expected: seed \"0\", as " + first + " has it)");
        assertThat(merge(one, first, first).err())
                .isEqualToIgnoringNewLines("glimpse evaluate: --merge: " + first + " (expected: each shard once; "
                        + first + " holds samples of it)");
    }

    @Test
    void statisticsOfTheDataAreNoShard() throws IOException {
        Path out = directory.resolve("mistaken");
        evaluate(out, "--steps", "1");
        Path reference;
        try (Stream<Path> files = Files.list(out)) {
            reference = files.filter(file -> file.getFileName().toString().startsWith("reference-"))
                    .findFirst()
                    .orElseThrow();
        }
        CommandLineRun run = merge(out, reference);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("glimpse evaluate: --merge: " + reference
                        + " (expected: statistics of samples, as in a shard's statistics-I-of-N.safetensors)");
    }

    @Test
    void brokenOffRunGoesOnWhereItWas() throws IOException {
        JsonObject whole = json(evaluate(directory.resolve("unbroken"), "--steps", "2", "--json"));
        Path broken = directory.resolve("broken");
        assertThat(draw(broken, "--steps", "2", "--shard", "0/3").status()).isZero();
        // The first third, under the name by which a run of all samples would have left it.
        Files.move(broken.resolve("statistics-0-of-3.safetensors"), broken.resolve("statistics-0-of-1.safetensors"));

        JsonObject resumed = json(evaluate(broken, "--steps", "2", "--json"));

        assertThat(resumed.get("settings")).isEqualTo(whole.get("settings"));
        assertThat(StatisticsFile.read(broken.resolve("statistics-0-of-1.safetensors"))
                        .sheet())
                .as("of before")
                .hasSize(15);
    }

    @Test
    void statisticsOfAnotherEvaluationAreNotOverwritten() {
        Path out = directory.resolve("other");
        assertThat(draw(out, "--steps", "1", "--shard", "0/1").status()).isZero();
        CommandLineRun run = draw(out, "--steps", "1", "--shard", "0/1", "--seed", "9");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("another directory, as statistics-0-of-1.safetensors in it is of another evaluation");
    }

    @Test
    void wrongInputIsOneLineThatNamesTheOption() throws IOException {
        Map<List<String>, String> wrong = new HashMap<>(Map.of(
                List.of("--gamma", "1.5"), "--gamma: 1.5 (expected: 0..1)",
                List.of("--steps", "0"), "--steps: 0 (expected: at least 1)",
                List.of("--shard", "3/3"), "--shard: 3/3 (expected: I/N with I in 0..N-1, such as 0/4)",
                List.of("--seed", "-1"), "invalid value for option '--seed': -1 (expected: 0..18446744073709551615)",
                List.of("--threads", "0"), "--threads: 0 (expected: at least 1)",
                List.of("--teacher-steps", "0"), "--teacher-steps: 0 (expected: at least 1)",
                List.of("--features-name", "resnet"), "--features-name: resnet (expected: inception)",
                List.of("--features", "none.pt"), "--features: none.pt (expected: a readable TorchScript file)",
                List.of("--features", "builtin"),
                        "--features: builtin (expected: a TorchScript file; the"
                                + " built-in classifier is for pictures of 1 x 28 x 28, not 1 x 8 x 8)"));
        for (String option : List.of("--steps", "--teacher-steps")) {
            wrong.put(List.of(option, "2147483647"), option + ": 2147483647 (expected: at most 100000)");
        }
        Path other = Path.of("src/main/resources/models/fashion-mnist/1");
        wrong.put(
                List.of("--teacher", other.toString()),
                "--teacher: " + other + " with 1 x 28 x 28, 10 classes, sigma_max 80.0 (expected: pictures, classes and"
                        + " sigma_max of the evaluated model: 1 x 8 x 8, 3 classes, sigma_max 80.0)");
        wrong.put(
                List.of("--shard", "0/4", "--count", "130"),
                "--shard: 0/4 (expected: at most as many parts as blocks of 60 samples, 3)");
        Path turned = TinyModel.write(directory.resolve("turned/1"), List.of("Shirt", "Sandal", "Bag"));
        wrong.put(
                List.of("--teacher", turned.toString()),
                "--teacher: " + turned + " with class 1, Sandal (expected: Bag, as in the evaluated model)");
        wrong.put(
                List.of("--teacher-count", "0", "--teacher", model),
                "--teacher: " + model + " (expected: absent with --teacher-count 0, which compares with none)");
        wrong.put(
                List.of("--teacher-count", "0", "--teacher-steps", "4"),
                "--teacher-steps: 4 (expected: absent with --teacher-count 0, which compares with none)");
        for (List<String> unused : List.of(
                List.of("--data", directory.toString()), List.of("--part", "TEST"), List.of("--json", "given"))) {
            List<String> options = new ArrayList<>(List.of("--shard", "0/1", unused.get(0)));
            options.addAll(unused.get(0).equals("--json") ? List.of() : unused.subList(1, 2));
            wrong.put(
                    options,
                    unused.get(0) + ": " + unused.get(1)
                            + " (expected: none with --shard, whose statistics --merge compares with data)");
        }
        wrong.put(List.of("--knots", "80,x"), "--knots: 80,x (expected: noise levels with commas between them)");
        wrong.put(List.of("--knots", "80,90,0.002"), "--knots: 90.0 (expected: less than the knot before, 80.0)");
        wrong.put(List.of("--knots", "80,2"), "--knots: 2.0 (expected: sigma_min 0.002 as the last, ");
        wrong.put(List.of("--knots", "0,1.5,2", "--grid", "3"), "--knots: 1.5 (expected: whole numbers with --grid)");
        wrong.put(List.of("--knots", "0,1", "--grid", "1"), "--grid: 1 (expected: 2..100000)");
        wrong.put(List.of("--grid", "3"), "--grid: 3 (expected: --knots with it)");
        wrong.put(List.of("--sampler", "exact", "--gamma", "0.5"), "--gamma: 0.5 (expected: 0 for exact and heun, ");
        wrong.put(List.of("--sampler", "gamma,cm", "--gamma", "0.5,0"), "--gamma: 0.0 (expected: 0 for exact and ");
        for (String option : List.of("--sampler", "--teacher-sampler")) {
            wrong.put(
                    List.of(option, "two_jump"),
                    "invalid value for option '" + option
                            + (option.equals("--sampler") ? "' (NAME)" : "'")
                            + ": two_jump (expected: one of exact, gamma, cm, heun)");
        }
        wrong.forEach((options, message) -> {
            List<String> args = new ArrayList<>(List.of("evaluate", "--model", model));
            args.addAll(List.of("--out", directory.resolve("wrong").toString()));
            args.addAll(options);
            if (!options.contains("--shard")) {
                args.addAll(List.of("--data", directory.toString()));
            }
            if (!options.contains("--features")) {
                args.addAll(List.of("--features", classifier));
            }
            CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
            assertThat(run.status()).as(options.toString()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1).startsWith("glimpse evaluate: " + message);
        });
    }

    @Test
    void evaluationWithoutDataIsRefused() {
        CommandLineRun run = draw(directory.resolve("nodata"), "--steps", "1");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("glimpse evaluate: --data: none (expected: the directory of a data set to compare with)"
                        + System.lineSeparator());
    }

    private static CommandLineRun evaluate(Path out, String... more) {
        List<String> args = new ArrayList<>(List.of("--data", directory.toString()));
        args.addAll(List.of(more));
        return draw(out, args.toArray(String[]::new));
    }

    private static CommandLineRun draw(Path out, String... more) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--model", model, "--features", classifier));
        args.addAll(List.of("--count", Integer.toString(COUNT), "--out", out.toString()));
        args.addAll(List.of("--teacher-count", Integer.toString(COMPARED), "--teacher-steps", "4"));
        args.addAll(List.of(more));
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    private static JsonObject json(CommandLineRun run) {
        assertThat(run.status()).as(run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private static List<JsonObject> rows(JsonObject report) {
        return report.getAsJsonArray("settings").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static int sum(Iterable<JsonElement> numbers) {
        int sum = 0;
        for (JsonElement number : numbers) {
            sum += number.getAsInt();
        }
        return sum;
    }

    static Path writeClassifier(Path file) throws IOException {
        return writeClassifier(file, TinyModel.LABELS);
    }

    static Path writeClassifier(Path file, List<String> classes) throws IOException {
        return writeClassifier(file, classes, 8);
    }

    static Path writeClassifier(Path file, List<String> classes, long seed) throws IOException {
        ClassifierConfig config = new ClassifierConfig(1, TinyData.SIZE, TinyData.SIZE, classes.size(), List.of(4, 6));
        ClassifierNetwork network = new ClassifierNetwork(config);
        Random random = new Random(seed);
        Map<String, float[]> values = new HashMap<>();
        for (Parameter parameter : Stream.concat(network.parameters().stream(), network.statistics().stream())
                .toList()) {
            float[] drawn = new float[parameter.size()];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = (float) (parameter.start().centre() + random.nextFloat() / 2);
            }
            values.put(parameter.name(), drawn);
        }
        ClassifierCard card = new ClassifierCard(config, classes, 0.5, "0".repeat(64), new JsonObject());
        return Files.write(file, network.archive(values, card));
    }
}
