package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleStatisticsTest {
    private static final int COUNT = 90;
    private static final int DIMENSION = 6;
    private static final int CLASSES = 3;
    private static final SampleScope SCOPE = new SampleScope(COUNT, DIMENSION, CLASSES, true, 2, 50);

    private final float[] features = Vectors.correlated(11, COUNT, DIMENSION, 3);
    private final float[] probabilities = probabilities();

    @TempDir
    Path directory;

    @Test
    void equalProbabilitiesScoreOne() {
        ClassScore score = new ClassScore(2, CLASSES);
        for (int i = 0; i < 10; i++) {
            score.add(i % 2, new float[] {0.25f, 0.25f, 0.5f}, 0);
        }
        assertThat(score.score().mean()).isCloseTo(1, within(1e-12));
        assertThat(score.score().deviation()).isCloseTo(0, within(1e-7));
    }

    @Test
    void certainAndEvenClassesScoreTheirNumberInEachSplitThatHasThem() {
        ClassScore score = new ClassScore(2, CLASSES);
        for (int i = 0; i < 3; i++) {
            float[] certain = new float[CLASSES];
            certain[i] = 1;
            score.add(0, certain, 0);
            score.add(1, new float[] {0, 1, 0}, 0);
        }
        // One split knows three classes, the other one.
        assertThat(score.score().mean()).isCloseTo((CLASSES + 1) / 2.0, within(1e-12));
        assertThat(score.score().deviation()).isCloseTo((CLASSES - 1) / 2.0, within(1e-12));
    }

    @Test
    void errorOfOneStepEverywhereIsTheRatioOfWhiteToIt() {
        PixelError error = new PixelError();
        error.add(new byte[] {0, (byte) 255, 100, 7}, new byte[] {1, (byte) 254, 101, 6});
        assertThat(error.psnr()).isCloseTo(20 * Math.log10(255), within(1e-12));
        PixelError largest = new PixelError();
        largest.add(new byte[] {0, (byte) 255}, new byte[] {(byte) 255, 0});
        assertThat(largest.psnr()).isZero();
    }

    @Test
    void classesAreCountedAsAskedAndAsSeen() {
        ClassTally tally = new ClassTally(CLASSES);
        tally.add(0, 0);
        tally.add(0, 2);
        tally.add(1, 1);
        tally.add(-1, 2);
        assertThat(tally.asked()).containsExactly(2, 1, 0);
        assertThat(tally.seen()).containsExactly(1, 1, 2);
        assertThat(tally.accuracy()).isEqualTo(2.0 / 3);
    }

    @Test
    void aBlocksPicturesAreScoredEachInTheSplitOfItsPlaceInTheWhole() {
        ClassScore byHand = new ClassScore(2, CLASSES);
        for (int i = 40; i < 50; i++) {
            byHand.add(i < COUNT / 2 ? 0 : 1, Arrays.copyOfRange(probabilities, i * CLASSES, (i + 1) * CLASSES), 0);
        }
        assertThat(Objects.requireNonNull(shard(40, 50).settings().get(0).score())
                        .score())
                .isEqualTo(byHand.score());
    }

    @Test
    void shardsThroughFilesInAnyOrderAreTheWhole() throws IOException {
        StatisticsFile whole = shard(0, COUNT);
        Path first = directory.resolve("a");
        Path second = directory.resolve("b");
        shard(0, 40).write(first);
        shard(40, COUNT).write(second);
        StatisticsFile joined = StatisticsFile.merge(List.of(StatisticsFile.read(second), StatisticsFile.read(first)));
        assertThat(joined.done()).isEqualTo(COUNT);
        SampleStatistics expected = whole.settings().get(0);
        SampleStatistics actual = joined.settings().get(0);
        assertThat(actual.moments().covariance())
                .containsExactly(expected.moments().covariance(), within(1e-9));
        assertThat(new FrechetDistance(expected.moments()).to(actual.moments())).isCloseTo(0, within(1e-7));
        assertThat(actual.kept().count()).isEqualTo(SCOPE.kept());
        assertThat(Arrays.copyOf(actual.kept().values(), SCOPE.kept() * DIMENSION))
                .containsExactly(Arrays.copyOf(features, SCOPE.kept() * DIMENSION));
        assertThat(actual.error().psnr()).isEqualTo(expected.error().psnr());
        ClassScore.Score score = Objects.requireNonNull(expected.score()).score();
        assertThat(Objects.requireNonNull(actual.score()).score().mean()).isCloseTo(score.mean(), within(1e-12));
        ClassTally tally = Objects.requireNonNull(expected.tally());
        assertThat(Objects.requireNonNull(actual.tally()).seen()).containsExactly(tally.seen());
        assertThat(actual.tally().accuracy()).isEqualTo(tally.accuracy());
    }

    @Test
    void classScoreOfOrderedPicturesIsThatOfTheSameInTurns() {
        SampleScope scope = new SampleScope(COUNT, DIMENSION, 2, false, 3, 0);
        SampleStatistics ordered = new SampleStatistics(scope);
        SampleStatistics unordered = new SampleStatistics(scope);
        float[] probabilities = new float[2 * COUNT];
        for (int row = 0; row < COUNT; row++) {
            probabilities[2 * row + (row < COUNT / 2 ? 0 : 1)] = 1;
        }
        SampleStatistics.Block block = new SampleStatistics.Block(
                0, new int[COUNT], new FeatureBlock(COUNT, DIMENSION, features, probabilities));
        ordered.add(block, new EvenSpread(0, COUNT));
        unordered.add(block);
        // Two classes that are told apart for sure; a third of the ordered pictures that follow each other has but one.
        assertThat(Objects.requireNonNull(ordered.score()).score().mean()).isCloseTo(2, within(1e-3));
        assertThat(Objects.requireNonNull(unordered.score()).score().mean()).isLessThan(1.5);
    }

    @Test
    void vectorsOfAChoiceAreThoseThatAreKept() {
        SampleScope scope = new SampleScope(COUNT, DIMENSION, 0, false, 1, 4);
        SampleStatistics data = new SampleStatistics(scope);
        for (int start = 0; start < COUNT; start += 30) {
            float[] block = Arrays.copyOfRange(features, start * DIMENSION, (start + 30) * DIMENSION);
            data.add(
                    new SampleStatistics.Block(
                            start, new int[30], new FeatureBlock(30, DIMENSION, block, new float[0])),
                    new EvenSpread(scope.kept(), COUNT));
        }
        float[] expected = new float[4 * DIMENSION];
        int row = 0;
        for (int index : new int[] {0, 22, 45, 67}) {
            System.arraycopy(features, index * DIMENSION, expected, row++ * DIMENSION, DIMENSION);
        }
        assertThat(data.kept().count()).isEqualTo(4);
        assertThat(Arrays.copyOf(data.kept().values(), expected.length)).containsExactly(expected);
        assertThat(data.moments().count()).isEqualTo(COUNT);
    }

    @Test
    void choiceHoldsAsManyAsItCountsAndNoPictureTwice() {
        for (int all = 1; all <= 60; all++) {
            for (int count = 0; count <= all; count++) {
                EvenSpread choice = new EvenSpread(count, all);
                assertThat(IntStream.range(0, all).filter(choice::holds))
                        .as("%d of %d", count, all)
                        .containsExactly(IntStream.range(0, count)
                                .map(choice::at)
                                .boxed()
                                .toArray(Integer[]::new));
            }
        }
        EvenSpread large = new EvenSpread(1_000_000_000, 2_000_000_000);
        assertThat(large.at(999_999_999)).isEqualTo(1_999_999_998);
        assertThat(large.holds(1_999_999_998)).isTrue();
        assertThat(large.holds(1_999_999_999)).isFalse();
        assertThatThrownBy(() -> new EvenSpread(3, 2)).hasMessage("count: 3 (expected: 0..2, the pictures)");
    }

    @Test
    void shardsOfDifferentRunsOrTheSameSamplesAreRefused() {
        StatisticsFile one = shard(0, 40);
        StatisticsFile foreign = new StatisticsFile("other", SCOPE, 40, 0, List.of(new SampleStatistics(SCOPE)));
        assertThatThrownBy(() -> StatisticsFile.merge(List.of(one, foreign)))
                .hasMessage("merge: shards of different runs: run and other (expected: one run)");
        assertThatThrownBy(() -> StatisticsFile.merge(List.of(one, shard(30, COUNT))))
                .hasMessage("merge: sample 30 twice (expected: each shard once)");
        SampleScope fewer = new SampleScope(COUNT, DIMENSION, CLASSES, true, 2, 20);
        StatisticsFile narrow = new StatisticsFile("run", fewer, 40, 0, List.of(new SampleStatistics(fewer)));
        assertThatThrownBy(() -> StatisticsFile.merge(List.of(one, narrow)))
                .hasMessageStartingWith("merge: shards of different scopes: ")
                .hasMessageContainingAll("kept=50", "kept=20", "--neighbours");
    }

    @Test
    void emptyShardJoinsTheOthersInAnyOrder() {
        StatisticsFile empty = shard(40, 40);
        StatisticsFile first = shard(0, 40);
        StatisticsFile last = shard(40, COUNT);
        assertThat(StatisticsFile.merge(List.of(first, empty, last)).done()).isEqualTo(COUNT);
        assertThat(StatisticsFile.merge(List.of(last, empty, first)).done()).isEqualTo(COUNT);
    }

    @Test
    void numbersBecomeBytesWhenTheyAreWritten() {
        double[] values = {1, 2};
        TensorList list = new TensorList(new ArrayList<>(), "a.");
        list.put("b", values);
        values[1] = 3;
        HostTensor written = list.entries().get(0).tensor().get();
        assertThat(list.entries().get(0).name()).isEqualTo("a.b");
        assertThat(written.floats()).containsExactly(1, 3);
    }

    @Test
    void moreVectorsThanAFileHoldsAreRefusedBeforeAnyIsGathered() {
        assertThat(new SampleScope(COUNT, 2048, 0, false, 1, 262_143).kept()).isEqualTo(262_143);
        assertThatThrownBy(() -> new SampleScope(COUNT, 2048, 0, false, 1, 262_144))
                .hasMessage("kept: 262144 (expected: at most 262143 feature vectors of 2048 values; decided by"
                        + " --neighbours)");
    }

    @Test
    void otherFilesAreNoStatistics() throws IOException {
        Path file = directory.resolve("x");
        Files.writeString(file, "nothing of the kind");
        assertThatThrownBy(() -> StatisticsFile.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> StatisticsFile.read(directory.resolve("none")))
                .hasMessage(directory.resolve("none") + ": cannot be read (expected: statistics of an evaluation)");
    }

    private StatisticsFile shard(int from, int to) {
        SampleStatistics statistics = new SampleStatistics(SCOPE);
        for (int start = from; start < to; start += 10) {
            int end = Math.min(to, start + 10);
            int[] labels = new int[end - start];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (start + i) % CLASSES;
            }
            FeatureBlock block = new FeatureBlock(
                    end - start,
                    DIMENSION,
                    Arrays.copyOfRange(features, start * DIMENSION, end * DIMENSION),
                    Arrays.copyOfRange(probabilities, start * CLASSES, end * CLASSES));
            statistics.add(new SampleStatistics.Block(start, labels, block));
            statistics.compare(new byte[] {(byte) start, 2}, new byte[] {(byte) (2 * start), 5});
        }
        return new StatisticsFile("run", SCOPE, from, to - from, List.of(statistics));
    }

    private static float[] probabilities() {
        Random random = new Random(12);
        float[] values = new float[COUNT * CLASSES];
        for (int row = 0; row < COUNT; row++) {
            float sum = 0;
            for (int i = 0; i < CLASSES; i++) {
                values[row * CLASSES + i] = random.nextFloat();
                sum += values[row * CLASSES + i];
            }
            for (int i = 0; i < CLASSES; i++) {
                values[row * CLASSES + i] /= sum;
            }
        }
        return values;
    }
}
