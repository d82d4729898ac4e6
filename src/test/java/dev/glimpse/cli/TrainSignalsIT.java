package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run of the program as it is shipped, ended as a person or a machine ends it. */
class TrainSignalsIT {
    private static final int FOREVER = 1_000_000;
    /** Of one rate, so that a run may be told to take fewer steps, and with no checkpoint but at its end. */
    private static final String RECIPE = TrainCommandTest.RECIPE
            .replace("final_rate: 1.0e-4", "final_rate: 1.0e-3")
            .replace("snapshot_every: 5", "snapshot_every: " + FOREVER);

    @TempDir
    Path directory;

    @BeforeEach
    void writeData() throws IOException {
        TinyData.write(directory, "train", 12, 2);
    }

    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    void stoppedRunLeavesACheckpointAndGoesOnAsIfItHadNot(String signal, int number) throws Exception {
        try (Program run = train("stopped", FOREVER)) {
            run.awaitOutput("^step (10)/");
            run.signal(signal);
            assertThat(run.status()).isEqualTo(128 + number);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines("SIG" + signal + ": stopping after this step, whose checkpoint and model"
                            + " are kept first; once more ends it at once");
            assertThat(run.out()).containsPattern("stopped at step [0-9]+ of " + FOREVER + "; --resume goes on");
            assertThat(directory.resolve("stopped/curves.png")).isNotEmptyFile();
        }
        int step = checkpoint(directory.resolve("stopped"));
        assertThat(step).isGreaterThanOrEqualTo(10);

        try (Program whole = train("whole", step + 3);
                Program resumed = train("stopped", step + 3, "--resume")) {
            assertThat(whole.status()).as(whole.err()).isZero();
            assertThat(resumed.status()).as(resumed.err()).isZero();
            assertThat(resumed.out())
                    .contains("step " + step + " of " + (step + 3))
                    .doesNotContain("unbroken");
        }
        String weights = "dots-teacher/1/model.safetensors";
        assertThat(directory.resolve("stopped").resolve(weights))
                .hasSameBinaryContentAs(directory.resolve("whole").resolve(weights));
    }

    @Test
    void stoppedRunThatCannotBeKeptTellsSo() throws Exception {
        try (Program run = train("full", FOREVER)) {
            run.awaitOutput("^step (10)/");
            // Where the model's directory is to be made.
            Files.writeString(directory.resolve("full/dots-teacher"), "");
            run.signal("INT");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .contains("SIGINT: stopping ")
                    .contains("glimpse train: UncheckedIOException: the model cannot be written to ");
            assertThat(run.out()).doesNotContain("stopped at");
        }
    }

    @Test
    void runInTheDirectoryOfAnotherIsRefusedUntilThatOneIsKilled() throws Exception {
        try (Program running = train("shared", FOREVER)) {
            running.awaitOutput("^step (10)/");
            try (Program other = train("shared", FOREVER, "--resume")) {
                assertThat(other.status()).isEqualTo(2);
                assertThat(other.err())
                        .isEqualToIgnoringNewLines("glimpse train: --out: " + directory.resolve("shared")
                                + " (expected: a directory that no other run writes to)");
            }
            running.signal("KILL");
            assertThat(running.status()).isEqualTo(128 + 9);
        }
        try (Program next = train("shared", 3, "--resume")) {
            assertThat(next.status()).as(next.err()).isZero();
            assertThat(next.out()).contains("no checkpoint in ");
        }
    }

    @Test
    void stoppedClassifierKeepsWhatItHasLearnedButReplacesNone() throws Exception {
        TinyData.write(directory, "t10k", 12, 2);
        Path file = directory.resolve("classifier/classifier.pt");
        assertThat(stoppedClassifier(file.getParent()))
                .containsPattern("stopped at step [0-9]+ of " + FOREVER + ": what it has learned is kept")
                .contains("classifier.pt: names the class of");
        byte[] first = Files.readAllBytes(file);

        assertThat(stoppedClassifier(file.getParent()))
                .contains("what it has learned is lost, as " + file + " of an earlier run stays")
                .doesNotContain("names the class of");
        assertThat(file).hasBinaryContent(first);
    }

    private String stoppedClassifier(Path out) throws Exception {
        List<String> command = new ArrayList<>(List.of("train", "--kind", "classifier", "--data"));
        command.addAll(List.of(directory.toString(), "--out", out.toString(), "--epochs", Integer.toString(FOREVER)));
        try (Program run = Program.start(directory, command.toArray(String[]::new))) {
            run.awaitOutput("^step (50)/");
            run.signal("INT");
            assertThat(run.status()).isEqualTo(130);
            return run.out();
        }
    }

    private Program train(String out, int steps, String... options) throws IOException {
        Path recipe =
                Files.writeString(directory.resolve(out + ".yaml"), RECIPE.replace("steps: 7", "steps: " + steps));
        List<String> command = new ArrayList<>(List.of("train", "--kind", "teacher", "--shards", "2"));
        command.addAll(List.of("--config", recipe.toString(), "--data", directory.toString()));
        command.addAll(List.of("--out", directory.resolve(out).toString()));
        command.addAll(List.of(options));
        return Program.start(directory, command.toArray(String[]::new));
    }

    private static int checkpoint(Path run) throws IOException {
        try (Stream<Path> entries = Files.list(run)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("checkpoint-"))
                    .map(name -> Integer.valueOf(name.substring("checkpoint-".length())))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no checkpoint in " + run));
        }
    }
}
