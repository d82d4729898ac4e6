package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.evaluation.StatisticsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation that leaves out the samples a classifier is least sure of. */
class EvaluateRejectionTest {
    private static final int COUNT = 200;

    @TempDir
    static Path directory;

    static String model;
    static String features;
    static String other;

    @BeforeAll
    static void writeModelClassifiersAndData() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        features = EvaluateCommandTest.writeClassifier(directory.resolve("features.pt"))
                .toString();
        other = EvaluateCommandTest.writeClassifier(directory.resolve("other.pt"), TinyModel.LABELS, 9)
                .toString();
        TinyData.write(directory, "train", 150, TinyModel.LABELS.size());
    }

    @Test
    void leavingOutUnsurePicturesOfTheBuiltInModelLeavesThoseOfTheRightClass() throws IOException {
        Path data = Files.createDirectory(directory.resolve("large"));
        TinyData.write(data, "train", 20, 10, 28);
        List<String> builtIn = List.of("--count", "200", "--steps", "1", "--neighbours", "0", "--teacher-count", "0");
        List<String> all = new ArrayList<>(builtIn);
        all.addAll(List.of("--data", data.toString()));
        List<String> surest = new ArrayList<>(all);
        all.addAll(List.of("--out", directory.resolve("all").toString()));
        surest.addAll(List.of("--out", directory.resolve("surest").toString(), "--rejection-ratio", "0.5"));
        run(all);
        run(surest);
        assertThat(row(report("all")).get("class_accuracy").getAsDouble()).isBetween(0.85, 0.98);
        assertThat(row(report("surest")).get("class_accuracy").getAsDouble()).isGreaterThan(0.99);
    }

    @Test
    void everyClassIsAskedForAsOften() {
        evaluate("equal", "--rejection-ratio", "0.5");
        JsonObject row = row(report("equal"));
        assertThat(row.getAsJsonArray("asked_per_class").asList())
                .extracting(JsonElement::getAsInt)
                .containsExactly(67, 67, 66);
        assertThat(row.get("class_score").getAsDouble()).isBetween(1.0, 3.0);
        assertThat(row.has("psnr_db")).isFalse();
    }

    @Test
    void reportSaysWhoChose() {
        assertThat(evaluate("own", "--rejection-ratio", "0.5").out())
                .containsPattern(
                        "of 298 samples drawn at each setting, 200 are kept \\(ratio 0.5\\): those of their class"
                                + " that features.pt \\(sha256 [0-9a-f]{12}\\.\\.\\.\\) is surest of; it computes the"
                                + " features, too, so ");
        assertThat(evaluate("foreign", "--rejection-ratio", "0.5", "--rejection-classifier", other)
                        .out())
                .containsPattern(
                        "those of their class that other.pt \\(sha256 [0-9a-f]{12}\\.\\.\\.\\) is surest of\\R");
        JsonObject described = report("foreign").getAsJsonObject("rejection");
        assertThat(described.get("ratio").getAsDouble()).isEqualTo(0.5);
        assertThat(described.get("classifier_sha256").getAsString()).hasSize(64);
        assertThat(described.get("drawn").getAsInt()).isEqualTo(298);
        assertThat(described.get("kept").getAsInt()).isEqualTo(COUNT);
        assertThat(row(report("foreign"))).isNotEqualTo(row(report("own")));
    }

    /** Of a block of 10 samples 11.5 cannot be drawn. */
    @Test
    void reportTellsWhatWasDrawnAndNotWhatWasAskedFor() {
        assertThat(evaluate("part", "--rejection-ratio", "0.15", "--count", "30")
                        .out())
                .contains("of 33 samples drawn at each setting, 30 are kept (ratio 0.15): ");
    }

    @Test
    void joinedShardsAndBrokenOffRunsGiveTheNumbersOfOneRun() throws IOException {
        List<String> rejection = List.of("--rejection-ratio", "0.5", "--rejection-classifier", other);
        evaluate("whole", rejection.toArray(String[]::new));
        List<String> join = new ArrayList<>(List.of("--features", features, "--data", directory.toString()));
        join.addAll(List.of("--out", directory.resolve("shards").toString(), "--merge"));
        for (String shard : List.of("0/2", "1/2")) {
            List<String> options = new ArrayList<>(rejection);
            options.addAll(List.of("--shard", shard));
            evaluate("shards", options.toArray(String[]::new));
            join.add(file("shards", "statistics-" + shard.replace("/", "-of-") + ".safetensors")
                    .toString());
        }
        run(join);
        assertThat(row(report("shards")).get("seen_per_class"))
                .isEqualTo(row(report("whole")).get("seen_per_class"));
        assertThat(report("shards").get("rejection")).isEqualTo(report("whole").get("rejection"));
        assertThat(file("shards", "samples.png")).hasSameBinaryContentAs(file("whole", "samples.png"));

        Path broken = Files.createDirectory(directory.resolve("broken")).resolve("statistics-0-of-1.safetensors");
        Files.copy(file("shards", "statistics-0-of-2.safetensors"), broken);
        evaluate("broken", rejection.toArray(String[]::new));

        assertThat(report("broken").get("settings")).isEqualTo(report("whole").get("settings"));
        assertThat(StatisticsFile.read(broken).sheet())
                .as("a picture of each block of one class")
                .hasSize(6);
        assertThat(file("broken", "samples.png")).hasSameBinaryContentAs(file("whole", "samples.png"));
    }

    @Test
    void wrongInputIsOneLineThatNamesTheOption() throws IOException {
        Path numbered = EvaluateCommandTest.writeClassifier(directory.resolve("numbered.pt"), List.of("0", "1", "2"));
        Map<List<String>, String> wrong = new LinkedHashMap<>();
        for (String ratio : List.of("0.0", "-1.0", "101.0", "NaN")) {
            wrong.put(
                    List.of("--rejection-ratio", ratio),
                    "--rejection-ratio: " + ratio + " (expected: above 0, at most 100)");
        }
        wrong.put(
                List.of("--rejection-ratio", "0.02"),
                "--rejection-ratio: 0.02 (expected: enough to draw one more than the 33 samples of a class that are");
        wrong.put(
                List.of("--rejection-classifier", other),
                "--rejection-classifier: " + other + " (expected: --rejection-ratio with it)");
        wrong.put(
                List.of("--rejection-ratio", "1", "--rejection-classifier", "none.pt"),
                "--rejection-classifier: none.pt (expected: a classifier by glimpse train, or builtin)");
        wrong.put(
                List.of("--rejection-ratio", "1", "--rejection-classifier", numbered.toString()),
                "--rejection-classifier: numbered.pt (sha256 ");
        wrong.put(
                List.of("--rejection-ratio", "1", "--features", numbered.toString()),
                "--rejection-classifier: none, and --features numbered.pt (sha256 ");
        wrong.put(
                List.of("--rejection-ratio", "1", "--count", "2"),
                "--count: 2 (expected: at least 3 with --rejection-ratio, one of each class)");
        wrong.put(
                List.of("--rejection-ratio", "1", "--teacher-count", "5"),
                "--teacher-count: 5 (expected: none with --rejection-ratio, as each setting keeps other samples)");
        wrong.put(
                List.of("--rejection-ratio", "1", "--shard", "0/7"),
                "--shard: 0/7 (expected: at most as many parts as blocks of 34 samples, 6)");
        wrong.forEach((options, message) -> {
            List<String> args = new ArrayList<>(List.of("--model", model));
            args.addAll(List.of("--out", directory.resolve("wrong").toString()));
            args.addAll(options);
            if (!options.contains("--shard")) {
                args.addAll(List.of("--data", directory.toString()));
            }
            if (!options.contains("--features")) {
                args.addAll(List.of("--features", features));
            }
            if (!options.contains("--count")) {
                args.addAll(List.of("--count", Integer.toString(COUNT)));
            }
            args.add(0, "evaluate");
            CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
            assertThat(run.status()).as(options.toString()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1).startsWith("glimpse evaluate: " + message);
        });
    }

    private static CommandLineRun evaluate(String out, String... more) {
        List<String> args = new ArrayList<>(List.of("--model", model));
        args.addAll(List.of("--features", features, "--steps", "1"));
        args.addAll(List.of("--out", directory.resolve(out).toString()));
        args.addAll(List.of(more));
        if (!args.contains("--count")) {
            args.addAll(List.of("--count", Integer.toString(COUNT)));
        }
        if (!args.contains("--shard")) {
            args.addAll(List.of("--data", directory.toString()));
        }
        return run(args);
    }

    private static CommandLineRun run(List<String> options) {
        List<String> args = new ArrayList<>(options);
        args.add(0, "evaluate");
        CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return run;
    }

    private static JsonObject report(String out) {
        try {
            return JsonParser.parseString(Files.readString(file(out, "evaluation.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path file(String out, String name) {
        return directory.resolve(out).resolve(name);
    }

    private static JsonObject row(JsonObject report) {
        return report.getAsJsonArray("settings").get(0).getAsJsonObject();
    }
}
