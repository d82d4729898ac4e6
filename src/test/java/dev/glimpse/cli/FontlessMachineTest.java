package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that plot, on a machine where Java finds nothing to write a plot's labels with. */
@Timeout(180)
class FontlessMachineTest {
    private static final String REASON = " (no fonts; install fontconfig and a font)";

    @TempDir
    Path directory;

    private Path out;

    @BeforeEach
    void writeData() throws IOException {
        out = directory.resolve("out");
        TinyData.write(directory, "train", 20, TinyModel.LABELS.size());
    }

    @Test
    void evaluationTellsItsNumbersAndWhichPlotsAreMissing() throws Exception {
        Path model = TinyModel.write(directory.resolve("tiny/3"));

        Path features = EvaluateCommandTest.writeClassifier(directory.resolve("features.pt"));

        Run run = run(
                "evaluate",
                "--model=" + model,
                "--features=" + features,
                "--data=" + directory,
                "--out=" + out,
                "--count=4",
                "--steps=1");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("tiny/3, seed 0: 4 samples a setting against 20 pictures");
        assertThat(run.err().lines())
                .filteredOn(line -> line.startsWith("not drawn: "))
                .singleElement()
                .asString()
                .contains(".png, ")
                .endsWith(".png" + REASON);
        assertThat(out.resolve("evaluation.json")).isNotEmptyFile();
        assertThat(out.resolve("samples.png")).isNotEmptyFile();
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.filter(file -> file.toString().endsWith(".png"))).hasSize(1);
        }
    }

    /** It has two snapshots, and says once what it cannot draw at each of them. */
    @Test
    void trainingGoesOnToItsEndWithoutItsPlot() throws Exception {
        Path recipe = Files.writeString(
                directory.resolve("dots.yaml"),
                TrainCommandTest.RECIPE.replace("[dark, bright]", TinyModel.LABELS.toString()));

        Run run = run("train", "--kind=teacher", "--config=" + recipe, "--data=" + directory, "--out=" + out);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).containsOnlyOnce("not drawn: curves.png" + REASON);
        assertThat(out.resolve("samples-000005.png")).isNotEmptyFile();
        assertThat(out.resolve("samples-000007.png")).isNotEmptyFile();
        assertThat(out.resolve("dots-teacher/1/config.json")).isNotEmptyFile();
        assertThat(out.resolve("curves.png")).doesNotExist();
    }

    private record Run(int status, String out, String err) {}

    private Run run(String... args) throws IOException, InterruptedException {
        Path printed = directory.resolve("printed.txt");
        Path errors = directory.resolve("errors.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dsun.awt.fontconfig=" + directory.resolve("missing"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectOutput(printed.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(printed), Files.readString(errors));
    }
}
