package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    @TempDir
    Path directory;

    @Test
    void denoiserLossFallsOnPicturesThatAreEasyToLearn() throws IOException {
        Recorder recorder = train(TinyRun.recipe(120, 0, 1000), "a", Integer.MAX_VALUE);
        double early = recorder.meanDsm(0, 10);
        double late = recorder.meanDsm(110, 120);
        assertThat(late).isLessThan(0.5 * early);
    }

    @Test
    void jumpLossIsFiniteAndBalanced() throws IOException {
        Recorder recorder = train(TinyRun.recipe(20, 15, 1000), "a", Integer.MAX_VALUE);
        List<TrainingListener.Statistics> jumps = recorder.statistics.subList(20, 35);
        assertThat(jumps).allSatisfy(s -> {
            assertThat(s.ctm()).isPositive().isFinite();
            assertThat(s.lambda()).isPositive().isFinite();
            assertThat(s.gradientNorm()).isPositive().isFinite();
        });
        assertThat(recorder.statistics.subList(0, 20))
                .allSatisfy(s -> assertThat(s.ctm()).isZero());
    }

    @Test
    void resumedRunEndsWithTheNumbersOfAnUnbrokenOne() throws IOException {
        TrainingRecipe recipe = TinyRun.recipe(6, 6, 1000);
        Recorder whole = train(recipe, "whole", Integer.MAX_VALUE);
        Recorder firstPart = train(recipe, "broken", 4);
        Recorder secondPart = train(recipe, "broken", 5);
        Recorder thirdPart = train(recipe, "broken", Integer.MAX_VALUE);
        List<Double> losses = new ArrayList<>();
        for (Recorder part : List.of(firstPart, secondPart, thirdPart)) {
            part.statistics.forEach(s -> losses.add(s.dsm() + s.ctm()));
        }
        assertThat(losses)
                .isEqualTo(whole.statistics.stream().map(s -> s.dsm() + s.ctm()).toList());
        whole.weights.forEach(
                (name, values) -> assertThat(thirdPart.weights.get(name)).isEqualTo(values));
    }

    @Test
    void sameSeedAndDataGiveTheSameNumbersTwice() throws IOException {
        Recorder one = train(TinyRun.recipe(3, 3, 1000), "one", Integer.MAX_VALUE);
        Recorder other = train(TinyRun.recipe(3, 3, 1000), "other", Integer.MAX_VALUE);
        one.weights.forEach(
                (name, values) -> assertThat(other.weights.get(name)).isEqualTo(values));
    }

    @Test
    void checkpointOfAnotherRecipeIsRefused() throws IOException {
        train(TinyRun.recipe(1, 1, 1000), "a", Integer.MAX_VALUE);
        assertThatThrownBy(() -> train(TinyRun.recipe(2, 1, 1000), "a", Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("written by another recipe");
    }

    @Test
    void dataOfAnotherSizeIsRefused() {
        ImageDataSet data = new ImageDataSet(1, 4, 4, new byte[16], new byte[1], List.of("left", "right"));
        assertThatThrownBy(() -> new Trainer(TinyRun.recipe(1, 1, 1), data, 1, directory.resolve("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("data: 1 x 4 x 4 (expected: 1 x 8 x 8)");
    }

    @Test
    void solverStepsAndTimesStayOnTheGrid() {
        TrainingRecipe.Times times = TinyRun.recipe(1, 1, 1).times();
        TimeDraws draws = new TimeDraws(times, 5);
        Map<Integer, Integer> seen = new TreeMap<>();
        for (int step = 0; step < 6000; step++) {
            int h = draws.solverSteps(step);
            seen.merge(h, 1, Integer::sum);
            TimeDraws.Triple triple = draws.triple(step, 3, h);
            assertThat(triple.t()).isBetween(0, times.knots() - 1 - h);
            assertThat(triple.u()).isEqualTo(triple.t() + h);
            assertThat(triple.s()).isBetween(triple.u(), times.knots() - 1);
        }
        // P(h) is proportional to h: 1/6, 2/6, 3/6; six standard deviations of 6000 draws are about 230.
        assertThat(seen.keySet()).containsExactly(1, 2, 3);
        assertThat(seen.get(1)).isBetween(770, 1230);
        assertThat(seen.get(2)).isBetween(1770, 2230);
        assertThat(seen.get(3)).isBetween(2770, 3230);
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
        Recorder recorder = new Recorder(most);
        try (Trainer trainer = new Trainer(recipe, TinyRun.data(), 2, directory.resolve(name))) {
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
                    .mapToDouble(Statistics::dsm)
                    .average()
                    .orElseThrow();
        }
    }
}
