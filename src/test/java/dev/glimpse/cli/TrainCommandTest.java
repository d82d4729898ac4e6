package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    /** A teacher of seven steps and a student of three, that learn from pictures of 8 x 8. */
    static final String RECIPE = """
            name: dots
            classes: [dark, bright]
            conditional: true
            image: {channels: 1, size: 8}
            network:
              {architecture: song_unet, patch: 1, model_channels: 8, channel_mult: [1, 2], blocks: 1, attention: [4]}
            times: {sigma_min: 0.002, sigma_max: 80, sigma_data: 0.5, rho: 7}
            seed: 3
            flip: true
            snapshot_every: 5
            teacher:
              steps: 7
              batch: 4
              microbatch: 4
              accumulation: mean
              precision: bf16
              dropout: 0
              optimiser: adam
              learning_rate: 1.0e-3
              final_rate: 1.0e-4
              warmup: 1
              ema_rates: [0.9]
              ema_warmup: true
              noise: {log_mean: -1.2, log_std: 1.2, wide_share: 0.5}
            student:
              steps: 3
              batch: 4
              microbatch: 2
              accumulation: sum
              precision: fp32
              dropout: 0.13
              optimiser: radam
              learning_rate: 1.0e-3
              final_rate: 0
              warmup: 1
              ema_rates: [0.9, 0.99]
              ema_warmup: false
              noise: {log_mean: -1.2, log_std: 1.2, wide_share: 0.5}
              knots: 8
              max_solver_steps: 2
              solver: heun
              target_rate: 0.95
              denoiser_weight: 1
              new_branch: neutral
              distance: {kind: l2, resize: 12}
            """;

    private static final int PICTURES = 12;
    private static final int SIZE = 8;

    @TempDir
    Path directory;

    private Path recipe;
    private Path out;

    @BeforeEach
    void writeDataAndRecipe() throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + PICTURES * SIZE * SIZE);
        images.putInt(0x0803).putInt(PICTURES).putInt(SIZE).putInt(SIZE);
        ByteBuffer labels = ByteBuffer.allocate(8 + PICTURES);
        labels.putInt(0x0801).putInt(PICTURES);
        for (int i = 0; i < PICTURES; i++) {
            labels.put((byte) (i % 2));
            for (int p = 0; p < SIZE * SIZE; p++) {
                images.put((byte) (i % 2 * 200 + i));
            }
        }
        Files.write(directory.resolve("train-images-idx3-ubyte"), images.array());
        Files.write(directory.resolve("train-labels-idx1-ubyte"), labels.array());
        recipe = Files.writeString(directory.resolve("dots.yaml"), RECIPE);
        out = directory.resolve("out");
    }

    @Test
    void runLeavesAModelStatisticsAndPictures() throws IOException {
        CommandLineRun run = train("--config", recipe.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("dots-teacher: ")
                .contains("12 pictures, step 0 of 7")
                .contains(" shards, bf16" + System.lineSeparator())
                .endsWith("model: " + out.resolve("dots-teacher/1") + System.lineSeparator());
        ModelDirectory model = ModelDirectory.read(out.resolve("dots-teacher/1"));
        JsonObject record = model.config().training();
        assertThat(record.get("steps").getAsInt()).isEqualTo(7);
        assertThat(record.get("pictures_seen").getAsInt()).isEqualTo(28);
        assertThat(record.get("data_sha256").getAsString()).hasSize(64);
        assertThat(record.get("precision").getAsString()).isEqualTo("bf16");
        assertThat(record.get("dsm").getAsDouble()).isPositive();
        assertThat(Files.readAllLines(out.resolve("statistics.jsonl"))).hasSize(7);
        assertThat(out.resolve("samples-000005.png")).isNotEmptyFile();
        assertThat(out.resolve("samples-000007.png")).isNotEmptyFile();
        BufferedImage curves = ImageIO.read(out.resolve("curves.png").toFile());
        assertThat(curves.getWidth()).isGreaterThan(100);
        assertThat(curves.getHeight()).isGreaterThan(100);
    }

    /** The losses of a student alone can be wider than a terminal: they come after what a person looks for. */
    @Test
    void terminalGetsABarOnOneRow() {
        System.setProperty("glimpse.terminal", "true");
        try {
            CommandLineRun run = train("--config", recipe.toString());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).doesNotContain("ETA");
            assertThat(Screen.after(60, run.err()).rows())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("[####################] step 7/7  ETA 0:00:00  dsm ")
                    .hasSize(59);
        } finally {
            System.clearProperty("glimpse.terminal");
        }
    }

    @Test
    void studentLearnsFromTheTeacherTrainedBefore() {
        assertThat(train("--config", recipe.toString()).status()).isZero();

        CommandLineRun run = student();

        assertThat(run.status()).as(run.err()).isZero();
        ModelDirectory student = ModelDirectory.read(directory.resolve("student/dots/1"));
        ModelDirectory teacher = ModelDirectory.read(out.resolve("dots-teacher/1"));
        assertThat(student.config().training().get("teacher_sha256").getAsString())
                .isEqualTo(teacher.config().weightsSha256());
        assertThat(student.config().training().get("precision").getAsString()).isEqualTo("fp32");
        assertThat(student.config().training().get("ctm").getAsDouble()).isPositive();
    }

    @Test
    void checkpointIsNotOverwrittenUnlessToldToResume() {
        assertThat(train("--config", recipe.toString()).status()).isZero();

        CommandLineRun again = train("--config", recipe.toString());
        CommandLineRun resumed = train("--config", recipe.toString(), "--resume");

        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err())
                .isEqualTo("glimpse train: --out: " + out
                        + " (expected: --resume to go on from its checkpoint, or another directory)"
                        + System.lineSeparator());
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("step 7 of 7");
    }

    /** A network that is told no classes can learn from pictures of any. */
    @Test
    void recipeWithoutClassesLearnsFromAnyData() throws IOException {
        Files.writeString(
                recipe, RECIPE.replace("[dark, bright]", "[]").replace("conditional: true", "conditional: false"));
        Path faces = Files.createDirectories(directory.resolve("pictures/faces"));
        ImageIO.write(
                new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                faces.resolve("a.png").toFile());

        CommandLineRun numbered = train("--config", recipe.toString());
        CommandLineRun folders = unconditional(directory.resolve("pictures"));
        CommandLineRun loose = unconditional(faces);

        assertThat(numbered.status()).as(numbered.err()).isZero();
        assertThat(numbered.out()).contains("2 classes of 6 pictures each");
        assertThat(ModelDirectory.read(out.resolve("dots-teacher/1"))
                        .config()
                        .spec()
                        .labels())
                .isEmpty();
        assertThat(folders.status()).as(folders.err()).isZero();
        assertThat(folders.out()).contains("1 classes of 1 pictures each");
        assertThat(loose.err())
                .isEqualToIgnoringNewLines("glimpse train: data: " + faces + " with 0 folders (expected: IDX files,"
                        + " CIFAR-10's binary files, or a folder of pictures for each class)");
    }

    private CommandLineRun unconditional(Path data) {
        Path place = directory.resolve("of-" + data.getFileName());
        List<String> all = new ArrayList<>(List.of("train", "--config", recipe.toString(), "--kind", "teacher"));
        all.addAll(List.of("--data", data.toString(), "--out", place.toString(), "--shards", "2"));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void whatAKilledRunLeftOfItsModelIsTakenAway() throws IOException {
        Path left = Files.createDirectories(out.resolve("dots-teacher/.1.partial7/new"));
        Files.writeString(left.resolve("model.safetensors"), "half");

        assertThat(train("--config", recipe.toString()).status()).isZero();

        assertThat(left.getParent()).doesNotExist();
        assertThat(out.resolve("dots-teacher/1/model.safetensors")).exists();
    }

    /** Somebody wrote it into the file, as the README says; no recipe has it. */
    @Test
    void lastJumpOfTheModelOutlivesTheNextSnapshot() throws IOException {
        assertThat(train("--config", recipe.toString()).status()).isZero();
        assertThat(student().status()).isZero();
        Path model = directory.resolve("student/dots/1");
        Path config = model.resolve("config.json");
        String before = Files.readString(config);
        Files.writeString(config, before.replaceFirst("(\"rho\": *[0-9.]+)", "$1, \"last_jump_t\": 20"));
        Files.writeString(recipe, RECIPE.replace("steps: 3", "steps: 4"));

        CommandLineRun resumed = student("--resume");

        assertThat(resumed.status()).as(resumed.err()).isZero();
        ModelConfig after = ModelDirectory.read(model).config();
        assertThat(after.training().get("steps").getAsInt()).isEqualTo(4);
        assertThat(after.spec().lastJumpT()).hasValue(20);
    }

    @Test
    void directoryOfARunningRunIsRefused() throws IOException {
        Files.createDirectory(out);
        CommandLineRun refused;
        try (OutputLock running = OutputLock.ofDirectory("--out", out)) {
            refused = train("--config", recipe.toString(), "--resume");
        }
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualToIgnoringNewLines(
                        "glimpse train: --out: " + out + " (expected: a directory that no other run writes to)");
        assertThat(out.resolve("statistics.jsonl")).doesNotExist();
    }

    @Test
    void newRunHasAtMostAShardForEachPictureOfABatch() {
        CommandLineRun refused = sharded(5);

        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualToIgnoringNewLines(
                        "glimpse train: --shards: 5 (expected: 1..4, at most one per picture of a batch)");
        assertThat(out).doesNotExist();
        assertThat(sharded(4).status()).isZero();
    }

    /** As earlier versions began them. */
    @Test
    void runOfMoreShardsThanPicturesGoesOn() throws IOException {
        assertThat(sharded(4).status()).isZero();
        Path facts = out.resolve("checkpoint-00000007/facts.json");
        Files.writeString(facts, Files.readString(facts).replace("\"shards\":\"4\"", "\"shards\":\"5\""));
        Files.writeString(recipe, RECIPE.replace("steps: 7", "steps: 8"));

        CommandLineRun resumed = sharded(5, "--resume");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("step 7 of 8, 5 shards, ");
    }

    private CommandLineRun sharded(int shards, String... args) {
        List<String> all = new ArrayList<>(List.of("train", "--config", recipe.toString(), "--kind", "teacher"));
        all.addAll(List.of("--data", directory.toString(), "--out", out.toString()));
        all.addAll(List.of("--shards", Integer.toString(shards)));
        all.addAll(List.of(args));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    @Test
    void resumeWithoutACheckpointTellsThatItBeginsAnew() {
        CommandLineRun begun = train("--config", recipe.toString(), "--resume");

        assertThat(begun.status()).as(begun.err()).isZero();
        assertThat(begun.out()).startsWith("no checkpoint in " + out + ": begins anew" + System.lineSeparator());
        assertThat(train("--config", recipe.toString(), "--resume").out()).doesNotContain("begins anew");
    }

    @Test
    void statisticsThatAFullDiskCutOffDoNotStopARun() throws IOException {
        assertThat(train("--config", recipe.toString()).status()).isZero();
        Path statistics = out.resolve("statistics.jsonl");
        Files.writeString(statistics, "{\"step\":8,\"dsm\":0.", StandardOpenOption.APPEND);
        Files.writeString(recipe, RECIPE.replace("steps: 7", "steps: 9"));

        CommandLineRun resumed = train("--config", recipe.toString(), "--resume");

        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out())
                .contains("steps: 9, where the run began with 7; its numbers are not an unbroken run's");
        assertThat(Files.readAllLines(statistics)).hasSize(10);
        JsonObject record =
                ModelDirectory.read(out.resolve("dots-teacher/1")).config().training();
        assertThat(record.get("mean_over_last_steps").getAsInt()).isEqualTo(9);
    }

    @Test
    void runGoesOnWithItsOwnShardsUnlessToldOthers() {
        List<String> shared = List.of("train", "--config", recipe.toString(), "--kind", "teacher", "--data");
        List<String> one = new ArrayList<>(shared);
        one.addAll(List.of(directory.toString(), "--out", out.toString(), "--shards", "3"));
        List<String> again = new ArrayList<>(shared);
        again.addAll(List.of(directory.toString(), "--out", out.toString(), "--resume"));
        List<String> other = new ArrayList<>(again);
        other.addAll(List.of("--shards", "2"));

        assertThat(CommandLineRun.of(one.toArray(String[]::new)).status()).isZero();
        assertThat(CommandLineRun.of(again.toArray(String[]::new)).out()).contains("step 7 of 7, 3 shards");
        assertThat(CommandLineRun.of(other.toArray(String[]::new)).err())
                .contains("shards: 2 (expected: 3, as when the run began)");
    }

    /** So that another recipe may take its place at once. */
    @Test
    void divergedRunLeavesNoCheckpointAndNoModel() throws IOException {
        Files.writeString(recipe, RECIPE.replaceFirst("learning_rate: 1.0e-3", "learning_rate: 1.0e30"));

        CommandLineRun run = train("--config", recipe.toString());
        Files.writeString(recipe, RECIPE);
        CommandLineRun again = train("--config", recipe.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("TrainingDivergedException: gradients or weights: not finite at step 7, the last one")
                .contains("a lower learning_rate or a longer warmup usually helps; no step is kept)");
        assertThat(again.status()).as(again.err()).isZero();
    }

    @Test
    void wrongKeyOfARecipeIsRefusedByItsName() throws IOException {
        Files.writeString(recipe, RECIPE.replace("ema_rates: [0.9]", "ema: 0.9"));

        CommandLineRun run = train("--config", recipe.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .hasLineCount(1)
                .contains(recipe + ".teacher.ema_rates: missing (expected: a list of numbers)");
    }

    @Test
    void wrongValueOfARecipeIsRefusedByItsName() throws IOException {
        Files.writeString(recipe, RECIPE.replace("knots: 8", "knots: 1"));

        CommandLineRun run = train("--config", recipe.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("knots: 1 (expected: at least 2)");
    }

    @Test
    void wrongSizeOfADistanceIsRefusedByItsName() throws IOException {
        Files.writeString(recipe, RECIPE.replace("resize: 12", "resize: -1"));

        assertThat(train("--config", recipe.toString()).err())
                .hasLineCount(1)
                .contains("resize: -1 (expected: at least 0)");
    }

    /** A page of all pictures of a thousand classes takes longer than the steps between two pages. */
    @Test
    void pageOfManyClassesShowsSomeOfThem() throws IOException {
        String classes = IntStream.range(2, 40)
                .mapToObj(i -> "class" + i)
                .collect(Collectors.joining(", ", "[dark, bright, ", "]"));
        Files.writeString(recipe, RECIPE.replace("[dark, bright]", classes).replace("steps: 7", "steps: 1"));

        CommandLineRun run = train("--config", recipe.toString());

        assertThat(run.status()).as(run.err()).isZero();
        BufferedImage page = ImageIO.read(out.resolve("samples-000001.png").toFile());
        assertThat(page.getWidth()).isEqualTo(2 + 16 * (SIZE + 2));
        assertThat(page.getHeight()).isEqualTo(2 + 9 * (SIZE + 2));
    }

    @Test
    void recipeAndConfigExcludeEachOther() {
        assertThat(train().err()).contains("--recipe, --config: none (expected: one of them)");
        assertThat(train("--recipe", "fashion-mnist", "--config", recipe.toString())
                        .err())
                .contains("--recipe, --config: both (expected: one of them)");
    }

    @Test
    void optionOfAStudentIsRefusedForATeacher() {
        CommandLineRun run = train("--config", recipe.toString(), "--features", "features.pt");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("glimpse train: --features: features.pt (expected: none with --kind teacher,"
                        + " which has no use for it)");
    }

    @Test
    void optionOfAClassifierIsRefused() {
        CommandLineRun seed = train("--config", recipe.toString(), "--seed", "7");
        CommandLineRun epochs = train("--config", recipe.toString(), "--epochs", "10");

        assertThat(seed.status()).isEqualTo(2);
        assertThat(seed.err())
                .isEqualToIgnoringNewLines("glimpse train: --seed: 7 (expected: none with --kind teacher,"
                        + " whose recipe decides that)");
        assertThat(epochs.err()).contains("--epochs: 10 (expected: none with --kind teacher,");
        assertThat(out).doesNotExist();
    }

    @Test
    void dataOfAnotherSizeThanTheRecipesIsRefused() {
        CommandLineRun run = train("--recipe", "fashion-mnist");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("data: 1 x 8 x 8 (expected: 1 x 28 x 28)");
        assertThat(out).doesNotExist();
    }

    private CommandLineRun train(String... args) {
        String[] all = new String[args.length + 9];
        all[0] = "train";
        System.arraycopy(args, 0, all, 1, args.length);
        String[] rest = {"--kind", "teacher", "--data", directory.toString(), "--out", out.toString(), "--shards", "2"};
        System.arraycopy(rest, 0, all, args.length + 1, rest.length);
        return CommandLineRun.of(all);
    }

    /** Of the teacher that {@link #train} gave. */
    private CommandLineRun student(String... args) {
        List<String> all = new ArrayList<>(List.of("train", "--config", recipe.toString(), "--kind", "student"));
        all.addAll(List.of("--teacher", out.resolve("dots-teacher/1").toString(), "--data", directory.toString()));
        all.addAll(List.of("--out", directory.resolve("student").toString(), "--shards", "2"));
        all.addAll(List.of(args));
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
