package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepExecutorTest {
    private static final long SEED = 11;
    private final StepExecutor executor = new StepExecutor(new GaussianModel(), 1);

    @ParameterizedTest(name = "gamma {0}")
    @ValueSource(doubles = {0, 0.5, 1})
    void bitsOfATrajectoryDoNotDependOnItsNeighbours(double gamma) {
        StepPlan plan = plan(gamma, 6);
        List<StepResult> alone = walk(executor, new Walk(plan, 1, SEED, 3), List.of());
        for (int minRows : new int[] {1, 4, 8}) {
            StepExecutor padded = new StepExecutor(new GaussianModel(), minRows);
            for (int place = 0; place < 3; place++) {
                assertSame(alone, walk(padded, new Walk(plan, 1, SEED, 3), neighbours(place)));
            }
        }
    }

    @Test
    void noiseAfterAStepIsTheBlockAfterItsIndex() {
        StepPlan plan = plan(0.5, 3);
        Walk walk = new Walk(plan, 0, SEED, 2);
        for (int i = 0; i < plan.nfe() - 1; i++) {
            Step noisy = plan.steps().get(i);
            StepRequest request = walk.next(false);
            StepResult result = executor.run(List.of(request)).get(0);
            Step silent = new Step(noisy.t(), noisy.s(), noisy.s(), 0);
            float[] expected = executor.run(
                            List.of(new StepRequest(request.x(), new float[0], silent, 0, SEED, 2, i, false)))
                    .get(0)
                    .x();
            NoiseStream.addNoise(expected, (float) noisy.noiseStd(), SEED, 2, i + 1);
            assertThat(result.x()).isEqualTo(expected);
            walk.take(result);
        }
    }

    @Test
    void exactPreviewIsTheJumpToTheEnd() {
        StepRequest request = new Walk(plan(0.5, 4), 1, SEED, 0).next(true);
        StepResult result = executor.run(List.of(request)).get(0);
        double mean = GaussianModel.mean(1);
        double left = GaussianModel.shrinking(80, 0.002);
        assertThat(result.evaluations()).isEqualTo(2);
        for (int i = 0; i < request.x().length; i++) {
            double expected = mean + left * (request.x()[i] - mean);
            assertThat((double) preview(result)[i]).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void previewIsFreeWhereTheJumpEndsAtSigmaMin() {
        StepRequest request = new Walk(plan(1, 4), 1, SEED, 0).next(true);
        StepResult result = executor.run(List.of(request)).get(0);
        assertThat(result.evaluations()).isEqualTo(1);
        assertThat(result.x()).isNotEqualTo(preview(result));
        float[] noised = preview(result).clone();
        NoiseStream.addNoise(noised, (float) request.step().noiseStd(), SEED, 0, 1);
        assertThat(result.x()).isEqualTo(noised);
    }

    @Test
    void previewThatNobodyAskedForIsNotMade() {
        StepResult result = executor.run(List.of(new Walk(plan(0.5, 4), 1, SEED, 0).next(false)))
                .get(0);
        assertThat(result.exactPreview()).isNull();
        assertThat(result.evaluations()).isEqualTo(1);
    }

    @Test
    void stateGivenIsLeftAlone() {
        StepRequest request = new Walk(plan(0.5, 4), 1, SEED, 0).next(true);
        float[] before = request.x().clone();
        executor.run(List.of(request));
        assertThat(request.x()).isEqualTo(before);
    }

    @Test
    void jumpToItsOwnTimeChangesNothing() {
        float[] x = new Walk(plan(0, 1), 0, SEED, 0).x();
        StepRequest request = new StepRequest(x, new float[0], new Step(80, 80, 80, 0), 0, SEED, 0, 0, false);
        assertThat(executor.run(List.of(request)).get(0).x()).isEqualTo(x);
    }

    @Test
    void smallestForwardIsAtLeastOneRow() {
        assertThatThrownBy(() -> new StepExecutor(new GaussianModel(), 0))
                .hasMessage("minRows: 0 (expected: at least 1)");
    }

    /**
     * Takes all steps of a walk among neighbours that begin together with it, in the place that the list leaves empty.
     */
    private static List<StepResult> walk(StepExecutor executor, Walk walk, List<Optional<Walk>> company) {
        List<Walk> walks = new ArrayList<>(company.isEmpty() ? List.of(walk) : List.of());
        company.forEach(neighbour -> walks.add(neighbour.orElse(walk)));
        List<StepResult> results = new ArrayList<>();
        while (!walk.isFinished()) {
            List<Walk> moving =
                    walks.stream().filter(each -> !each.isFinished()).toList();
            List<StepRequest> requests = new ArrayList<>();
            for (Walk each : moving) {
                requests.add(each.next(each == walk || requests.size() % 2 == 0));
            }
            List<StepResult> batch = executor.run(requests);
            for (int i = 0; i < batch.size(); i++) {
                moving.get(i).take(batch.get(i));
            }
            results.add(batch.get(moving.indexOf(walk)));
        }
        return results;
    }

    /** Trajectories of other lengths, classes, seeds and samplers, with one place left empty. */
    private static List<Optional<Walk>> neighbours(int place) {
        List<Optional<Walk>> walks = new ArrayList<>();
        walks.add(Optional.of(new Walk(plan(0, 2), 0, SEED, 3)));
        walks.add(Optional.of(new Walk(plan(1, 9), 1, -SEED, 3)));
        walks.add(place, Optional.empty());
        return walks;
    }

    private static void assertSame(List<StepResult> expected, List<StepResult> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).x()).isEqualTo(expected.get(i).x());
            assertThat(actual.get(i).denoised()).isEqualTo(expected.get(i).denoised());
            assertThat(preview(actual.get(i))).isEqualTo(preview(expected.get(i)));
            assertThat(actual.get(i).evaluations()).isEqualTo(expected.get(i).evaluations());
        }
    }

    private static float[] preview(StepResult result) {
        return Optional.ofNullable(result.exactPreview()).orElseThrow();
    }

    private static StepPlan plan(double gamma, int steps) {
        return StepPlans.plan(Sampler.GAMMA, gamma, steps, 0.002, 80, 7);
    }
}
