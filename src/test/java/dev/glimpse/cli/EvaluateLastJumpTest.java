package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An evaluation of a model that says where its last jumps begin, and of other such places. */
class EvaluateLastJumpTest {
    @TempDir
    static Path directory;

    static String model;
    static String early;
    static String features;

    @BeforeAll
    static void writeModelsClassifierAndData() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/1")).toString();
        Path config = TinyModel.write(directory.resolve("early/1")).resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"rho\": 7.0", "\"rho\": 7.0, \"last_jump_t\": 13.0"));
        early = config.getParent().toString();
        features = EvaluateCommandTest.writeClassifier(directory.resolve("features.pt"))
                .toString();
        TinyData.write(directory, "train", 150, TinyModel.LABELS.size());
    }

    /** The server's default of a model that says where its last jumps begin. */
    @Test
    void stepsAreThoseThatAServerTakes() throws IOException {
        CommandLineRun run = evaluate("own", early, "--steps", "2", "--knots", "80,13,0.002");

        assertThat(run.out())
                .contains("the last of several jumps begins at t = 13.0")
                .doesNotContain("last jump t");
        JsonObject report = report("own");
        assertThat(report.get("last_jump_t").getAsDouble()).isEqualTo(13);
        assertThat(distances(report).get(0)).isEqualTo(distances(report).get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--steps 1", "--steps 3 --sampler heun", "--knots 80,4,0.002"})
    void modelsPlaceIsNotToldOfWalksWithoutIt(String walks) {
        String out = "untold" + walks.replace(' ', '_').replace(',', '_');
        assertThat(evaluate(out, early, walks.split(" ")).out()).doesNotContain("the last of several jumps begins");
    }

    @Test
    void timesOfTheModelAreThoseOfTheRun() throws IOException {
        evaluate("times", early, "--steps", "2", "--shard", "0/1");
        Path config = Path.of(early, "config.json");
        String before = Files.readString(config);
        CommandLineRun other;
        try {
            Files.writeString(config, before.replace("\"rho\": 7.0", "\"rho\": 5.0"));
            other = start(arguments("times", early, "--steps", "2", "--shard", "0/1"));
        } finally {
            Files.writeString(config, before);
        }
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("statistics-0-of-1.safetensors in it is of another evaluation");
    }

    @Test
    void placesAreComparedInOneTableWhateverTheModelSays() throws IOException {
        String[] sampled = {"--sampler", "exact,heun", "--knots", "80,4,0.002"};
        CommandLineRun run = evaluate("places", early, with(sampled, "--steps", "1,3", "--last-jump-t", "none,13,4"));
        evaluate("own-3", early, with(sampled, "--steps", "3"));
        evaluate("grid-3", model, with(sampled, "--steps", "3"));

        assertThat(run.out())
                .doesNotContain("the last of several jumps begins")
                .containsPattern("sampler +gamma +steps +NFE +last jump t +Fréchet distance")
                .containsPattern("exact +0.0 +3 +3 +none +[0-9]")
                .containsPattern("exact +0.0 +3 +3 +13 +[0-9]")
                .containsPattern("exact +0.0 +2 +2 +- +[0-9].* 80,4,0.002\\R")
                .containsPattern("heun +0.0 +3 +5 +- +[0-9]");
        JsonObject report = report("places");
        assertThat(rows(report).stream()
                        .map(row -> row.get("sampler").getAsString()
                                + row.get("nfe")
                                + (row.has("last_jump_t") ? " " + row.get("last_jump_t") : "")))
                .containsExactly(
                        "exact1 null",
                        "exact3 null",
                        "exact2",
                        "exact1 13.0",
                        "exact3 13.0",
                        "exact1 4.0",
                        "exact3 4.0",
                        "heun1",
                        "heun5",
                        "heun5");
        List<JsonElement> distances = distances(report);
        assertThat(distances.get(0)).isEqualTo(distances.get(3)).isEqualTo(distances.get(5));
        assertThat(distances.get(1)).isEqualTo(distances(report("grid-3")).get(0));
        assertThat(distances.get(4)).isEqualTo(distances(report("own-3")).get(0));
        assertThat(distances.get(6)).isNotIn(distances.get(1), distances.get(4));
    }

    @Test
    void shardsRememberThePlaces() throws IOException {
        String[] places = {"--steps", "2", "--last-jump-t", "none,13"};
        evaluate("whole", early, places);
        evaluate("shard", early, with(places, "--shard", "0/1"));
        run(List.of(
                "--features",
                features,
                "--data",
                directory.toString(),
                "--out",
                directory.resolve("joined").toString(),
                "--merge",
                directory.resolve("shard/statistics-0-of-1.safetensors").toString()));

        assertThat(report("joined").get("settings")).isEqualTo(report("whole").get("settings"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "high | --steps 2 | high (expected: between sigma_min 0.002 and sigma_max 80.0, or none)",
                "13,80 | --steps 2 | 80 (expected: between sigma_min 0.002 and sigma_max 80.0, or none)",
                "0.002 | --steps 2 | 0.002 (expected: between sigma_min",
                "79.99995 | --steps 2 | 79.99995 (expected: between sigma_min",
                "NaN | --steps 2 | NaN (expected: between sigma_min",
                "13,4 | --steps 2 --sampler heun | 13,4 (expected: --steps, and a sampler that ends with a jump: exact, gamma or cm)",
                "13 | --knots 80,4,0.002 | 13 (expected: --steps, and a sampler that ends with a jump: exact, gamma or cm)"
            })
    void placeThatCannotBeIsRefused(String places, String walks, String message) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--model", model, "--features", features, "--data"));
        args.addAll(List.of(
                directory.toString(), "--out", directory.resolve("wrong").toString()));
        args.addAll(List.of("--last-jump-t", places));
        args.addAll(List.of(walks.split(" ")));

        CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).startsWith("glimpse evaluate: --last-jump-t: " + message);
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static CommandLineRun evaluate(String out, String of, String... more) {
        return run(arguments(out, of, more));
    }

    private static List<String> arguments(String out, String of, String... more) {
        List<String> args = new ArrayList<>(List.of("--model", of, "--features", features, "--count", "70"));
        args.addAll(List.of("--teacher-count", "0", "--neighbours", "0"));
        args.addAll(List.of("--out", directory.resolve(out).toString()));
        args.addAll(List.of(more));
        if (!args.contains("--shard")) {
            args.addAll(List.of("--data", directory.toString()));
        }
        return args;
    }

    private static CommandLineRun start(List<String> args) {
        List<String> all = new ArrayList<>(List.of("evaluate"));
        all.addAll(args);
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private static CommandLineRun run(List<String> args) {
        CommandLineRun run = start(args);
        assertThat(run.status()).as(run.err()).isZero();
        return run;
    }

    private static JsonObject report(String out) throws IOException {
        return JsonParser.parseString(Files.readString(directory.resolve(out).resolve("evaluation.json")))
                .getAsJsonObject();
    }

    private static List<JsonObject> rows(JsonObject report) {
        return report.getAsJsonArray("settings").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static List<JsonElement> distances(JsonObject report) {
        return rows(report).stream().map(row -> row.get("frechet_distance")).toList();
    }
}
