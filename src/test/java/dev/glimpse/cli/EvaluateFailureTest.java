package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation that cannot go on. */
class EvaluateFailureTest {
    @TempDir
    private Path directory;

    private String model;
    private Path features;

    /** Fails with a block that is not full, of which the last rows are black. */
    @BeforeEach
    void writeModelAndFeatures() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        features = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> Tensor:
                    means = torch.mean(torch.to(x, 6), [2, 3])
                    filled = torch.ne(means, 0)
                    if bool(torch.ne(torch.any(filled), torch.all(filled))):
                      result = torch.slice(means, 0, 0, 1)
                    else:
                      result = means
                    return result
                """));
    }

    @Test
    void blocksBeforeTheOneThatFailsAreKept() {
        Path out = directory.resolve("scores");
        // So many that not each is saved by itself.
        int whole = 41 * FeatureNetwork.BATCH;

        CommandLineRun run = evaluate(out, whole + 10);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("IllegalStateException: features: 3 values (expected: 60 rows");
        assertThat(StatisticsFile.read(out.resolve("statistics-0-of-1.safetensors"))
                        .done())
                .isEqualTo(whole);
    }

    /** They would refuse another evaluation there, for nothing. */
    @Test
    void nothingIsKeptOfNoBlocks() {
        Path out = directory.resolve("none");

        assertThat(evaluate(out, 10).status()).isEqualTo(1);

        assertThat(out.resolve("statistics-0-of-1.safetensors")).doesNotExist();
    }

    private CommandLineRun evaluate(Path out, int count) {
        return CommandLineRun.of(
                "evaluate",
                "--model",
                model,
                "--features",
                features.toString(),
                "--steps",
                "1",
                "--teacher-count",
                "0",
                "--neighbours",
                "0",
                "--shard",
                "0/1",
                "--count",
                Integer.toString(count),
                "--out",
                out.toString());
    }
}
