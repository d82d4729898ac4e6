package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which names the features of an evaluation may go. */
class EvaluateFeaturesTest {
    @TempDir
    private Path directory;

    private String model;
    private String classifier;

    @BeforeEach
    void writeModelClassifierAndData() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        classifier = EvaluateCommandTest.writeClassifier(directory.resolve("features.pt"))
                .toString();
        TinyData.write(directory, "train", 150, TinyModel.LABELS.size());
    }

    @Test
    void classifierOfThisProgramIsNeverVouchedForAsInception() {
        for (List<String> option :
                List.of(List.of("--features-name", "inception"), List.of("--features-input", "u8"))) {
            CommandLineRun run = CommandLineRun.of(
                    "evaluate",
                    "--model",
                    model,
                    "--features",
                    classifier,
                    "--data",
                    directory.toString(),
                    "--out",
                    directory.resolve("vouched").toString(),
                    option.get(0),
                    option.get(1));
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .hasLineCount(1)
                    .startsWith("glimpse evaluate: features.pt: a classifier of this program (expected: a foreign");
            CommandLineRun builtIn = CommandLineRun.of(
                    "evaluate",
                    "--data",
                    directory.toString(),
                    "--out",
                    directory.resolve("vouched").toString(),
                    option.get(0),
                    option.get(1));
            assertThat(builtIn.status()).isEqualTo(2);
            assertThat(builtIn.err())
                    .hasLineCount(1)
                    .contains(option.get(0) + ": " + option.get(1) + " (expected: none without a foreign network");
        }
    }

    @Test
    void featuresAreNamedAsTheShardsNamedThem() throws IOException {
        Path file = directory.resolve("foreign.pt");
        Files.write(file, TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> Tensor:
                    return torch.mean(torch.to(x, 6), [2, 3])
                """));
        Path shards = directory.resolve("named");
        List<String> foreign = List.of("evaluate", "--features", file.toString(), "--out", shards.toString());
        List<String> drawn = new ArrayList<>(foreign);
        drawn.addAll(List.of("--model", model, "--count", "20", "--steps", "1", "--teacher-count", "0"));
        drawn.addAll(List.of("--features-name", "inception", "--shard", "0/1"));
        CommandLineRun draw = CommandLineRun.of(drawn.toArray(String[]::new));
        assertThat(draw.status()).as(draw.err()).isZero();

        List<String> joined = new ArrayList<>(foreign);
        joined.addAll(List.of("--data", directory.toString(), "--json", "--merge"));
        joined.add(shards.resolve("statistics-0-of-1.safetensors").toString());
        CommandLineRun unnamed = CommandLineRun.of(joined.toArray(String[]::new));
        assertThat(unnamed.status()).isEqualTo(2);
        assertThat(unnamed.err()).hasLineCount(1).contains("--features-name: foreign.pt (sha256 ", "operator's word");

        joined.addAll(List.of("--features-name", "inception"));
        CommandLineRun named = CommandLineRun.of(joined.toArray(String[]::new));
        assertThat(named.status()).as(named.err()).isZero();
        JsonObject report = JsonParser.parseString(named.out()).getAsJsonObject();
        assertThat(report.get("distance_name").getAsString()).isEqualTo("FID");
    }

    /** As one is that learned without a recipe. */
    @Test
    void classifierWhoseClassesHaveOtherNamesIsToldOf() throws IOException {
        Path numbered = EvaluateCommandTest.writeClassifier(directory.resolve("numbered.pt"), List.of("0", "1", "2"));
        String remark = "no class accuracy: class 0 is 0 to the classifier and Shirt to the model;"
                + " train it with --recipe or --config, which name them";

        assertThat(evaluate(numbered, "table").out()).contains(remark);
        JsonObject report = JsonParser.parseString(
                        evaluate(numbered, "json", "--json").out())
                .getAsJsonObject();
        assertThat(report.get("remark").getAsString()).isEqualTo(remark);
        assertThat(evaluate(Path.of(classifier), "named").out()).doesNotContain("no class accuracy");
    }

    private CommandLineRun evaluate(Path features, String out, String... more) {
        List<String> args = new ArrayList<>(List.of("evaluate", "--model", model, "--features", features.toString()));
        args.addAll(List.of(
                "--data", directory.toString(), "--out", directory.resolve(out).toString()));
        args.addAll(List.of("--count", "20", "--steps", "1", "--teacher-count", "0"));
        args.addAll(List.of(more));
        CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return run;
    }
}
