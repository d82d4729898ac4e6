package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ImageClassifier;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierCommandTest {
    private static final int CLASSES = 3;

    @TempDir
    Path directory;

    private Path data;
    private Path out;

    @BeforeEach
    void writeData() throws IOException {
        TinyData.write(directory, "train", 90, CLASSES);
        TinyData.write(directory, "t10k", 30, CLASSES);
        data = directory;
        out = directory.resolve("out");
    }

    @Test
    void runLeavesAClassifierThatTellsWhatItIs() throws IOException {
        CommandLineRun run = train("--epochs", "30", "--seed", "4", "--device", "cpu");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("names the class of");
        byte[] file = Files.readAllBytes(out.resolve("classifier.pt"));
        ClassifierCard card = ImageClassifier.card(file, "classifier.pt").orElseThrow();
        assertThat(card.classes()).containsExactly("0", "1", "2");
        assertThat(card.testAccuracy()).isGreaterThan(0.9);
        assertThat(card.training().get("seed").getAsInt()).isEqualTo(4);
        assertThat(card.training().get("flips").getAsBoolean()).isFalse();
        JsonObject beside = JsonParser.parseString(Files.readString(out.resolve("classifier.json")))
                .getAsJsonObject();
        assertThat(beside.get("data_sha256").getAsString()).isEqualTo(card.dataSha256());
        assertThat(out.resolve("loss.png")).isNotEmptyFile();
    }

    /** As of a data set with fewer pictures than steps usually have. */
    @ParameterizedTest
    @CsvSource({"40, 40", "90, 64"})
    void batchIsToldAsStepsHadIt(int count, int batch) throws IOException {
        TinyData.write(directory, "train", count, CLASSES);

        CommandLineRun run = train("--epochs", "1");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(card().training().get("batch").getAsInt()).isEqualTo(batch);
    }

    /** Of fewer steps than a line on the console is the mean of. */
    @Test
    void shortRunHasAPlotOfItsLoss() throws IOException {
        assertThat(train("--epochs", "2").status()).isZero();

        BufferedImage plot = ImageIO.read(out.resolve("loss.png").toFile());
        assertThat(IntStream.range(0, plot.getWidth() * plot.getHeight())
                        .map(i -> plot.getRGB(i % plot.getWidth(), i / plot.getWidth()))
                        .filter(rgb -> Math.abs((rgb >> 16 & 0xFF) - (rgb & 0xFF)) > 100))
                .as("the colour of its line")
                .isNotEmpty();
    }

    /** What a mirrored picture is, a recipe knows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recipeTellsClassesAndWhetherPicturesAreMirrored(boolean flip) throws IOException {
        CommandLineRun run = train("--epochs", "1", "--config", recipe(flip).toString());

        assertThat(run.status()).as(run.err()).isZero();
        ClassifierCard card = card();
        assertThat(card.classes()).containsExactly("low", "middle", "high");
        assertThat(card.training().get("flips").getAsBoolean()).isEqualTo(flip);
    }

    private ClassifierCard card() throws IOException {
        return ImageClassifier.card(Files.readAllBytes(out.resolve("classifier.pt")), "classifier.pt")
                .orElseThrow();
    }

    /** The program's own, with three classes, in colour and with pictures of 16 x 16. */
    private Path recipe(boolean flip) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/recipes/fashion-mnist.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceFirst("(?m)^classes: .*$", "classes: [low, middle, high]")
                    .replaceFirst("(?m)^image: .*$", "image: {channels: 3, size: 16}")
                    .replaceFirst("(?m)^flip: .*$", "flip: " + flip);
            return Files.writeString(directory.resolve("recipe.yaml"), text);
        }
    }

    @Test
    void foldersOfPicturesAreLearnedAndTestedByAHeldOutShare() throws IOException {
        data = directory.resolve("folders");
        PictureShape shape = new PictureShape(3, 20, 20);
        List<String> folders = List.of("2", "10", "30");
        for (int label = 0; label < folders.size(); label++) {
            Path folder = Files.createDirectories(data.resolve(folders.get(label)));
            for (int i = 0; i < 20; i++) {
                float[] values = new float[shape.values()];
                Arrays.fill(values, 0.9f * (label - 1) + 0.004f * i);
                Files.write(folder.resolve(i + ".png"), new PictureGrid(shape, 1, 0).png(List.of(values)));
            }
        }

        CommandLineRun run = train("--epochs", "20", "--config", recipe(false).toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("3 classes of 18 pictures each")
                .contains("folders by their order: 2 -> low, 10 -> middle, 30 -> high")
                .contains("no test part: one picture in 10 of each class is held out to test by")
                .contains("% of 6 held-out pictures");
        ClassifierCard card = card();
        assertThat(card.config().channels()).isEqualTo(3);
        assertThat(card.config().height()).isEqualTo(16);
        assertThat(card.testAccuracy()).isGreaterThan(0.9);
        assertThat(card.training().get("pictures").getAsInt()).isEqualTo(54);
        assertThat(card.training().get("held_out").getAsBoolean()).isTrue();
    }

    @Test
    void foldersWithoutARecipeAreRefused() throws IOException {
        data = Files.createDirectories(directory.resolve("folders"));

        CommandLineRun run = train();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("a recipe that tells the size of pictures in folders");
        assertThat(out).doesNotExist();
    }

    /** A second name of the old file still leads to its content: it was replaced, and never half of a file. */
    @Test
    void classifierOfBeforeStaysUntilTheNewOneIsComplete() throws IOException {
        Files.createDirectories(out);
        for (String name : List.of("classifier.pt", "classifier.json", "loss.png")) {
            Files.createLink(out.resolve("kept-" + name), Files.writeString(out.resolve(name), "old"));
        }

        CommandLineRun run = train("--epochs", "1");

        assertThat(run.status()).as(run.err()).isZero();
        for (String name : List.of("classifier.pt", "classifier.json", "loss.png")) {
            assertThat(out.resolve("kept-" + name)).as(name).hasContent("old");
            assertThat(Files.size(out.resolve(name))).as(name).isGreaterThan("old".length());
        }
        assertThat(out).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void directoryOfARunningRunIsRefused() throws IOException {
        Files.createDirectory(out);
        CommandLineRun refused;
        try (OutputLock running = OutputLock.ofDirectory("--out", out)) {
            refused = train("--epochs", "1");
        }
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualToIgnoringNewLines(
                        "glimpse train: --out: " + out + " (expected: a directory that no other run writes to)");
    }

    @Test
    void missingTestPartIsNamed() throws IOException {
        Files.delete(directory.resolve("t10k-labels-idx1-ubyte"));

        CommandLineRun run = train();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("a directory with t10k-labels-idx1-ubyte[.gz]");
    }

    @Test
    void moreStepsThanCanBeCountedAreRefused() throws IOException {
        CommandLineRun run = train("--epochs", "" + Integer.MAX_VALUE);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("--epochs: 2147483647 (expected: 1..");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void impossibleNumberOfEpochsIsRefused() {
        CommandLineRun run = train("--epochs", "0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("glimpse train: --epochs: 0 (expected: at least 1)" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--resume|--resume: given",
                "--shards 2|--shards: 2",
                "--teacher a/1|--teacher: a/1",
                "--init a/1|--init: a/1",
                "--features a.pt --features b.pt|--features: a.pt, b.pt",
                "--distance-model a.pt|--distance-model: a.pt"
            })
    void optionOfAnotherKindIsRefused(String options, String refused) {
        CommandLineRun run = train(options.split(" ", -1));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("glimpse train: " + refused
                        + " (expected: none with --kind classifier, which has no use for it)");
        assertThat(out).doesNotExist();
    }

    private CommandLineRun train(String... more) {
        List<String> args = new ArrayList<>(
                List.of("train", "--kind", "classifier", "--data", data.toString(), "--out", out.toString()));
        args.addAll(List.of(more));
        return CommandLineRun.of(args.toArray(String[]::new));
    }
}
