package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
    @TempDir
    Path directory;

    @Test
    void denoiserLossFallsOnPicturesThatAreEasyToLearn() throws IOException {
        Recorder recorder = train(TinyRun.denoiser(120), "a", Integer.MAX_VALUE);
        double early = recorder.meanDsm(0, 10);
        double late = recorder.meanDsm(110, 120);
        assertThat(late).isLessThan(0.5 * early);
    }

    @Test
    void jumpLossIsFiniteAndBalanced() throws IOException {
        Recorder recorder = train(TinyRun.student(15), "a", Integer.MAX_VALUE);
        assertThat(recorder.statistics).hasSize(15).allSatisfy(s -> {
            assertThat(s.terms()).containsOnlyKeys(LossNames.CTM, LossNames.DSM, LossNames.LAMBDA_DSM);
            assertThat(s.terms().values())
                    .allSatisfy(term -> assertThat(term).isPositive().isFinite());
            assertThat(s.gradientNorm()).isPositive().isFinite();
        });
    }

    @Test
    void sizeOfMicrobatchesHardlyChangesATeachersGradient() throws IOException {
        double norm = gradientNorm(8, Schedule.Accumulation.MEAN, 2);
        assertThat(gradientNorm(3, Schedule.Accumulation.MEAN, 2)).isCloseTo(norm, within(1e-5 * norm));
    }

    /** Groups of 2, 3 and 3 rows, of one shard or of as many. */
    @ParameterizedTest
    @CsvSource({"3, 1", "8, 3"})
    void lossIsThatOfTheWholeBatchHoweverItIsCutUp(int microbatch, int shards) throws IOException {
        double whole = firstStep(8, Schedule.Accumulation.MEAN, 1).terms().get(LossNames.DSM);
        double cut = firstStep(microbatch, Schedule.Accumulation.MEAN, shards)
                .terms()
                .get(LossNames.DSM);
        assertThat(cut).isCloseTo(whole, within(1e-5 * whole));
    }

    private double gradientNorm(int microbatch, Schedule.Accumulation accumulation, int shards) throws IOException {
        return firstStep(microbatch, accumulation, shards).gradientNorm();
    }

    /** All levels log-normal: which rows are wide would depend on the microbatch. */
    private TrainingListener.Statistics firstStep(int microbatch, Schedule.Accumulation accumulation, int shards)
            throws IOException {
        Schedule s = TinyRun.schedule(1, microbatch, Schedule.OptimiserKind.ADAM);
        Schedule schedule = TinyRun.accumulating(s, accumulation);
        Goal goal = new Goal.Denoiser(new Goal.NoiseLevels(-1.2, 1.2, 0));
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        Path out = directory.resolve(microbatch + "-" + accumulation + "-" + shards);
        try (Trainer trainer = new Trainer(
                TinyRun.recipe(schedule, goal), TrainingInputs.of(TinyRun.data()), Placement.cpu(shards), out)) {
            trainer.run(recorder);
        }
        return recorder.statistics.get(0);
    }

    @Test
    void numberOfShardsHardlyChangesATeachersGradient() throws IOException {
        double one = gradientNorm(8, Schedule.Accumulation.MEAN, 1);
        assertThat(gradientNorm(8, Schedule.Accumulation.MEAN, 2)).isCloseTo(one, within(1e-5 * one));
        assertThat(gradientNorm(8, Schedule.Accumulation.MEAN, 3)).isCloseTo(one, within(1e-5 * one));
    }

    /** As the official code does: a step of four microbatches on one device is four times one of their mean. */
    @Test
    void summedMicrobatchesCountInFullAndShardsTheirShare() throws IOException {
        double mean = gradientNorm(2, Schedule.Accumulation.MEAN, 1);
        assertThat(gradientNorm(2, Schedule.Accumulation.SUM, 1)).isCloseTo(4 * mean, within(4e-5 * mean));
        assertThat(gradientNorm(2, Schedule.Accumulation.SUM, 2)).isCloseTo(2 * mean, within(2e-5 * mean));
    }

    @ParameterizedTest
    @EnumSource
    void resumedRunEndsWithTheNumbersOfAnUnbrokenOne(Kind kind) throws IOException {
        TrainingInputs inputs =
                new TrainingInputs(TinyRun.data(), kind == Kind.HEUN_STUDENT ? teacher() : null, null, List.of(), null);
        Recorder whole = train(kind.recipe(), inputs, "whole", Integer.MAX_VALUE);
        List<Map<String, Double>> terms = new ArrayList<>();
        Recorder last = whole;
        for (int most : new int[] {2, 5, Integer.MAX_VALUE}) {
            last = train(kind.recipe(), inputs, "broken", most);
            last.statistics.forEach(s -> terms.add(s.terms()));
        }
        assertThat(terms)
                .hasSize(9)
                .isEqualTo(whole.statistics.stream()
                        .map(TrainingListener.Statistics::terms)
                        .toList());
        Map<String, float[]> resumed = last.weights;
        whole.weights.forEach(
                (name, values) -> assertThat(resumed.get(name)).as(name).isEqualTo(values));
    }

    private enum Kind {
        TEACHER,
        STUDENT,
        RANDOM_TEACHER,
        HEUN_STUDENT;

        TrainingRecipe recipe() {
            return switch (this) {
                case TEACHER -> TinyRun.denoiser(9);
                case STUDENT -> TinyRun.student(9);
                case RANDOM_TEACHER ->
                    random(Schedule.OptimiserKind.ADAM, TinyRun.denoiser(9).goal());
                case HEUN_STUDENT -> random(Schedule.OptimiserKind.RADAM, TinyRun.jumps(Goal.Solver.HEUN));
            };
        }

        /** With everything that makes a step differ from the one before: dropout, flips and a rate that falls. */
        private static TrainingRecipe random(Schedule.OptimiserKind optimiser, Goal goal) {
            Schedule s = TinyRun.schedule(9, 2, optimiser);
            Schedule summed = TinyRun.accumulating(s, Schedule.Accumulation.SUM);
            Schedule dropping = TinyRun.emitting(summed, Precision.FP32, 0.2);
            Schedule falling = TinyRun.rates(dropping, s.learningRate(), s.learningRate() / 10);
            TrainingRecipe tiny = TinyRun.recipe(falling, goal);
            return new TrainingRecipe(
                    tiny.name(),
                    tiny.spec(),
                    tiny.network(),
                    tiny.seed(),
                    true,
                    tiny.schedule(),
                    tiny.goal(),
                    tiny.snapshotEvery());
        }
    }

    private ModelDirectory teacher() throws IOException {
        TrainingRecipe recipe = TinyRun.denoiser(2);
        Path model = directory.resolve("teacher/1");
        Recorder trained = train(recipe, "teacher-run", Integer.MAX_VALUE);
        ModelDirectory.write(model, recipe.spec(), recipe.network(), trained.weights, new JsonObject());
        return ModelDirectory.read(model);
    }

    @Test
    void sameSeedAndDataGiveTheSameNumbersTwice() throws IOException {
        Recorder one = train(TinyRun.student(4), "one", Integer.MAX_VALUE);
        Recorder other = train(TinyRun.student(4), "other", Integer.MAX_VALUE);
        one.weights.forEach(
                (name, values) -> assertThat(other.weights.get(name)).as(name).isEqualTo(values));
    }

    @Test
    void checkpointOfAnotherRecipeIsRefused() throws IOException {
        train(TinyRun.student(1), "a", Integer.MAX_VALUE);
        assertThatThrownBy(() -> train(TinyRun.denoiser(1), "a", Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recipe: another, with jumps: false (expected: jumps: true, as when the run began)");
    }

    @Test
    void checkpointOfAnotherRateIsRefusedByItsName() throws IOException {
        TrainingRecipe recipe = TinyRun.denoiser(1);
        Schedule s = recipe.schedule();
        Schedule faster = TinyRun.rates(s, 2 * s.learningRate(), s.finalRate());
        train(recipe, "a", Integer.MAX_VALUE);
        assertThatThrownBy(() -> train(TinyRun.recipe(faster, recipe.goal()), "a", Integer.MAX_VALUE))
                .hasMessage(
                        "recipe: another, with learning_rate: 0.004 (expected: learning_rate: 0.002, as when the run"
                                + " began)");
    }

    @Test
    void runGoesOnWithItsOwnShardsAlone() throws IOException {
        train(TinyRun.denoiser(1), "a", Integer.MAX_VALUE);
        assertThat(Trainer.shardsOf(directory.resolve("a"))).hasValue(2);
        assertThat(Trainer.shardsOf(directory.resolve("none"))).isEmpty();
        assertThatThrownBy(() -> new Trainer(
                        TinyRun.denoiser(2),
                        TrainingInputs.of(TinyRun.data()),
                        Placement.cpu(1),
                        directory.resolve("a")))
                .hasMessage("shards: 1 (expected: 2, as when the run began)");
    }

    @Test
    void runThatGoesOnWithOtherPicturesTellsSo() throws IOException {
        train(TinyRun.denoiser(1), "a", Integer.MAX_VALUE);
        ImageDataSet other = new ImageDataSet(1, 8, 8, new byte[128], new byte[2], List.of("left", "right"));
        try (Trainer same = trainer(TinyRun.data());
                Trainer changed = trainer(other)) {
            assertThat(same.changes()).isEmpty();
            assertThat(changed.changes()).containsExactly("data: other pictures than the run began with");
        }
    }

    /** As a run that an earlier version began on a folder in main memory. */
    @Test
    void runWhoseFolderWasToldByItsPixelsGoesOnWithTheSamePictures() throws IOException {
        train(TinyRun.denoiser(1), "a", Integer.MAX_VALUE);
        try (Trainer resumed = trainer(new LoadedFolder(TinyRun.data(), "f0"))) {
            assertThat(resumed.changes()).isEmpty();
        }
    }

    private Trainer trainer(DataSet data) throws IOException {
        return new Trainer(TinyRun.denoiser(2), TrainingInputs.of(data), Placement.cpu(2), directory.resolve("a"));
    }

    @Test
    void brokenPictureLosesNoneOfTheStepsBeforeIt() throws IOException {
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        Path out = directory.resolve("a");
        try (Trainer trainer = new Trainer(
                TinyRun.denoiser(9), TrainingInputs.of(broken(TinyRun.denoiser(9), 3)), Placement.cpu(2), out)) {
            assertThatThrownBy(() -> trainer.run(recorder)).isInstanceOf(DataSetException.class);
        }
        assertThat(recorder.statistics).hasSize(3);
        try (Trainer trainer =
                new Trainer(TinyRun.denoiser(9), TrainingInputs.of(TinyRun.data()), Placement.cpu(2), out)) {
            assertThat(trainer.step()).isEqualTo(3);
        }
    }

    /** The tiny data, of which no picture can be read that the first steps of a recipe do not ask for. */
    private static DataSet broken(TrainingRecipe recipe, int steps) {
        ImageDataSet data = TinyRun.data();
        BatchOrder order = new BatchOrder(data.count(), recipe.seed());
        Set<Integer> whole = IntStream.range(0, steps * recipe.schedule().batch())
                .mapToObj(order::at)
                .collect(Collectors.toSet());
        return new WatchedData(data, (picture, batch) -> {
            if (!whole.contains(picture)) {
                throw new DataSetException("picture " + picture + ": broken");
            }
        });
    }

    /** Interrupted while it wrote, or asked again after its last step. */
    @Test
    void checkpointOfTheSameStepStays() throws IOException {
        train(TinyRun.denoiser(2), "a", Integer.MAX_VALUE);
        Path checkpoint = directory.resolve("a/checkpoint-00000002");
        FileTime written = Files.getLastModifiedTime(checkpoint.resolve("facts.json"));
        train(TinyRun.denoiser(2), "a", Integer.MAX_VALUE);
        assertThat(Files.getLastModifiedTime(checkpoint.resolve("facts.json"))).isEqualTo(written);
    }

    /** As runs leave them that are killed while they write. */
    @Test
    void unfinishedCheckpointsAreIgnoredAndRemoved() throws IOException {
        train(TinyRun.denoiser(4), "a", 2);
        Path run = directory.resolve("a");
        for (String name : List.of("checkpoint-00000003.partial", "checkpoint-00000004.partial")) {
            Path partial = Files.createDirectory(run.resolve(name));
            Files.writeString(partial.resolve("facts.json"), "{\"step\":");
            Files.writeString(partial.resolve("older.safetensors"), "");
        }

        Recorder more = train(TinyRun.denoiser(4), "a", Integer.MAX_VALUE);

        assertThat(more.statistics)
                .extracting(TrainingListener.Statistics::step)
                .containsExactly(3, 4);
        assertThat(names(run)).containsExactly("checkpoint-00000004");
        assertThat(names(run.resolve("checkpoint-00000004")))
                .contains("facts.json")
                .doesNotContain("older.safetensors");
    }

    /** A full disk is told in the same way, by less than a path. */
    @Test
    void checkpointThatCannotBeWrittenIsNamed() throws IOException {
        Path run = Files.createDirectory(directory.resolve("a"));
        Path file = Files.writeString(run.resolve("checkpoint-00000002.partial"), "");

        assertThatThrownBy(() -> train(TinyRun.denoiser(2), "a", Integer.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessage("the checkpoint cannot be written to " + run.resolve("checkpoint-00000002")
                        + ": FileAlreadyExistsException: " + file);
    }

    /** What was written before the disk was full would keep it full. */
    @Test
    void nothingStaysOfACheckpointThatCannotBeWritten() throws IOException {
        Map<String, Supplier<Map<String, HostTensor>>> groups = new LinkedHashMap<>();
        groups.put("weights", Map::of);
        groups.put("missing/moments", Map::of);

        assertThatThrownBy(() -> Checkpoint.write(directory, 2, Map.of(), groups))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint-00000002: NoSuchFileException: ");
        assertThat(names(directory)).isEmpty();
    }

    /** A run may be begun from another's checkpoint, and somebody may keep a copy of one. */
    @Test
    void noCheckpointIsRemovedButARunsOwn() throws IOException {
        train(TinyRun.denoiser(4), "a", 2);
        Path other = directory.resolve("a/checkpoint-00000002");
        List<String> files = names(other);
        Path run = Files.createDirectory(directory.resolve("b"));
        Files.createSymbolicLink(run.resolve("checkpoint-00000002"), other);
        for (String name : List.of("checkpoint-00000001.bak", "checkpoint-good")) {
            Files.writeString(Files.createDirectory(run.resolve(name)).resolve("facts.json"), "{}");
        }

        train(TinyRun.denoiser(4), "b", Integer.MAX_VALUE);

        assertThat(names(run))
                .containsExactlyInAnyOrder("checkpoint-00000001.bak", "checkpoint-00000004", "checkpoint-good");
        assertThat(names(other)).containsExactlyInAnyOrderElementsOf(files);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void finishedRunGoesOnWhenItsRecipeAsksForMoreSteps() throws IOException {
        train(TinyRun.denoiser(2), "a", Integer.MAX_VALUE);
        Recorder more = train(TinyRun.denoiser(3), "a", Integer.MAX_VALUE);
        assertThat(more.statistics)
                .singleElement()
                .satisfies(s -> assertThat(s.step()).isEqualTo(3));
    }

    @Test
    void studentOfASolverThatNeedsATeacherIsRefusedWithoutOne() {
        TrainingRecipe recipe =
                TinyRun.recipe(TinyRun.schedule(1, 8, Schedule.OptimiserKind.RADAM), TinyRun.jumps(Goal.Solver.HEUN));
        assertThatThrownBy(() -> train(recipe, "a", Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("teacher: none (expected: a model, for the recipe's solver heun)");
    }

    @Test
    void dataOfAnotherSizeIsRefused() {
        ImageDataSet data = new ImageDataSet(1, 4, 4, new byte[16], new byte[1], List.of("left", "right"));
        assertThatThrownBy(() -> new Trainer(TinyRun.denoiser(1), TrainingInputs.of(data), Placement.cpu(1), directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("data: 1 x 4 x 4 (expected: 1 x 8 x 8)");
    }

    @Test
    void solverStepsAndTimesStayOnTheGrid() {
        int knots = 10;
        Goal.JumpKnots goal = new Goal.JumpKnots(knots, 3, 0, 0, 0);
        TimeDraws draws = new TimeDraws(TinyRun.student(1));
        Map<Integer, Integer> seen = new TreeMap<>();
        for (int step = 0; step < 6000; step++) {
            int h = draws.solverSteps(step, 3);
            seen.merge(h, 1, Integer::sum);
            TimeDraws.Triple triple = draws.triple(step, 3, h, goal);
            assertThat(triple.t()).isBetween(0, knots - 1 - h);
            assertThat(triple.u()).isEqualTo(triple.t() + h);
            assertThat(triple.s()).isBetween(triple.u(), knots - 1);
        }
        // P(h) is proportional to h: 1/6, 2/6, 3/6; six standard deviations of 6000 draws are about 230.
        assertThat(seen.keySet()).containsExactly(1, 2, 3);
        assertThat(seen.get(1)).isBetween(770, 1230);
        assertThat(seen.get(2)).isBetween(1770, 2230);
        assertThat(seen.get(3)).isBetween(2770, 3230);
    }

    @Test
    void aShareOfTheRowsJumpsTheWholeWay() {
        TimeDraws draws = new TimeDraws(TinyRun.student(1));
        Goal.JumpKnots drawn = new Goal.JumpKnots(18, 3, 0, 0, 0);
        Goal.JumpKnots quarter = new Goal.JumpKnots(18, 3, 0.25, 0, 0);
        int whole = 0;
        for (int row = 0; row < 4000; row++) {
            TimeDraws.Triple triple = draws.triple(7, row, 2, quarter);
            if (triple.equals(new TimeDraws.Triple(0, 2, 17))) {
                whole++;
            } else {
                assertThat(triple).isEqualTo(draws.triple(7, row, 2, drawn));
            }
        }
        // A quarter, and 1/16 x 1/16 of the rest; six standard deviations of 4000 draws are about 165.
        assertThat(whole).isBetween(846, 1176);
    }

    /** Else one-step pictures would be learned from mirrored ones alone, or from none. */
    @Test
    void mirroringIsIndependentOfJumpsTheWholeWay() {
        TrainingRecipe plain = TinyRun.student(1);
        TrainingRecipe flipping = new TrainingRecipe(
                plain.name(),
                plain.spec(),
                plain.network(),
                plain.seed(),
                true,
                plain.schedule(),
                plain.goal(),
                plain.snapshotEvery());
        TimeDraws draws = new TimeDraws(flipping);
        Goal.JumpKnots half = new Goal.JumpKnots(18, 3, 0.5, 0, 0);
        int both = 0;
        try (PictureLoader straight = new PictureLoader(TinyRun.data(), plain, 0);
                PictureLoader mirrored = new PictureLoader(TinyRun.data(), flipping, 0)) {
            for (int step = 0; step < 200; step++) {
                PictureLoader.Pictures one = straight.next();
                PictureLoader.Pictures other = mirrored.next();
                for (int row = 0; row < 8; row++) {
                    boolean whole = draws.triple(step, row, 2, half).equals(new TimeDraws.Triple(0, 2, 17));
                    both += whole && one.x0()[row * 64] != other.x0()[row * 64] ? 1 : 0;
                }
            }
        }
        // Half of half of 1600 rows, and a few that are drawn the whole way; six standard deviations are about 104.
        assertThat(both).isBetween(296, 504);
    }

    @Test
    void everyPictureIsSeenOncePerEpoch() {
        BatchOrder order = new BatchOrder(100, 3);
        List<Integer> first = new ArrayList<>();
        List<Integer> second = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            first.add(order.at(i));
        }
        for (int i = 100; i < 200; i++) {
            second.add(order.at(i));
        }
        assertThat(first).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(second).doesNotHaveDuplicates();
        assertThat(new BatchOrder(100, 3).at(150)).isEqualTo(second.get(50));
    }

    private Recorder train(TrainingRecipe recipe, String name, int most) throws IOException {
        return train(recipe, TrainingInputs.of(TinyRun.data()), name, most);
    }

    private Recorder train(TrainingRecipe recipe, TrainingInputs inputs, String name, int most) throws IOException {
        Recorder recorder = new Recorder(most);
        try (Trainer trainer = new Trainer(recipe, inputs, Placement.cpu(2), directory.resolve(name))) {
            recorder.trainer = trainer;
            trainer.run(recorder);
        }
        return recorder;
    }

    /** Keeps what a run tells and stops it after some steps. */
    private static final class Recorder implements TrainingListener {
        final List<Statistics> statistics = new ArrayList<>();
        final int most;
        Map<String, float[]> weights = Map.of();
        Trainer trainer;

        Recorder(int most) {
            this.most = most;
        }

        @Override
        public void stepped(Statistics s) {
            statistics.add(s);
            if (statistics.size() == most) {
                trainer.stop();
            }
        }

        @Override
        public void snapshot(int step, Map<String, float[]> average) {
            weights = average;
        }

        double meanDsm(int from, int to) {
            return statistics.subList(from, to).stream()
                    .mapToDouble(s -> s.terms().get(LossNames.DSM))
                    .average()
                    .orElseThrow();
        }
    }
}
