package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.evaluation.FixedSteps.Scheme;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What holds for every model: who shares a forward with whom, and how scoring ends. */
class LikelihoodTest {
    private static final GaussianDenoiser MODEL = GaussianDenoiser.of(4, 0, 0.5, 0.5);
    private static final LikelihoodSettings HEUN = settings(new FixedSteps(Scheme.HEUN, 3));

    private final List<Integer> forwards = new ArrayList<>();

    @Test
    void picturesShareEveryForward() {
        score(watched(batch -> {}), HEUN, 9);

        assertThat(forwards).hasSize(2 * 3).containsOnly(3 * SharedForwards.MIN_ROWS);
    }

    @Test
    void evaluationsThatArePicturesOwnAreCounted() {
        assertThat(score(MODEL, HEUN, 5)).hasSize(5).allMatch(picture -> picture.evaluations() == 2 * 3);
    }

    @Test
    void resultOfAPictureDependsOnNoNeighbour() throws IOException {
        try (DifferentiableDenoiser model = OfficialLikelihood.model()) {
            LikelihoodSettings adaptive = settings(new DormandPrince(1e-3));
            List<LabelledPicture> all = Pictures.of(SharedForwards.MAX_ROWS, OfficialLikelihood.SPEC.dimension(), 3);
            List<PictureLikelihood> together = score(model, adaptive, all);

            assertThat(together.stream().map(PictureLikelihood::evaluations).distinct())
                    .as("step control of their own")
                    .hasSizeGreaterThan(1);
            assertThat(score(model, adaptive, all.subList(3, 4))).isEqualTo(together.subList(3, 4));
            assertThat(score(model, adaptive, all.subList(7, 12))).isEqualTo(together.subList(7, 12));
        }
    }

    @Test
    void seedDecidesTheNoise() {
        LikelihoodSettings other = new LikelihoodSettings(
                HEUN.integrator(), HEUN.dequantisation(), HEUN.cellSize(), HEUN.probe(), 1, HEUN.seed() + 1);

        assertThat(score(MODEL, HEUN, 2)).isEqualTo(score(MODEL, HEUN, 2)).isNotEqualTo(score(MODEL, other, 2));
    }

    @Test
    void progressRisesToTheNumberOfPictures() {
        List<Double> heard = new ArrayList<>();
        try (Likelihood likelihood = new Likelihood(MODEL, HEUN)) {
            likelihood.score(Pictures.of(5, MODEL.spec().dimension(), 1), (evaluated, done) -> heard.add(done));
        }
        assertThat(heard).isSorted().hasSize(2 * 3).allMatch(done -> done >= 0 && done <= 5);
    }

    @Test
    void stoppedScoringEndsWithoutResults() {
        List<Likelihood> started = new ArrayList<>();
        try (Likelihood likelihood = new Likelihood(
                watched(batch -> {
                    if (forwards.size() == 2) {
                        started.get(0).stop();
                    }
                }),
                HEUN)) {
            started.add(likelihood);
            assertThat(likelihood.score(Pictures.of(5, MODEL.spec().dimension(), 1), (evaluated, done) -> {}))
                    .isEmpty();
        }
        assertThat(forwards).hasSize(2);
    }

    @Test
    void interruptedThreadEndsWithoutResultsAndStaysInterrupted() {
        List<PictureLikelihood> results =
                score(watched(batch -> Thread.currentThread().interrupt()), HEUN, 5);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results).isEmpty();
        assertThat(forwards).hasSizeLessThan(2 * 3);
    }

    @Test
    void failureOfTheModelReachesTheCaller() {
        assertThatThrownBy(() -> score(
                        watched(batch -> {
                            throw new IllegalStateException("no memory");
                        }),
                        HEUN,
                        5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no memory");
    }

    @Test
    void modelThatGivesNoNumberIsNamedWithPictureAndTime() {
        assertThatThrownBy(() -> score(GaussianDenoiser.of(4, Double.NaN, 0.5, 0.5), HEUN, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "picture [0-2]: the model's answer at time 0.00205.* is NaN \\(expected: finite\\)");
    }

    @Test
    void picturesOfAnotherSizeAreRefused() {
        assertThatThrownBy(() -> score(MODEL, HEUN, Pictures.of(1, 5, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("picture 0: 5 values (expected: 16)");
    }

    @Test
    void morePicturesThanAForwardHoldsAreRefused() {
        assertThatThrownBy(() -> score(MODEL, HEUN, SharedForwards.MAX_ROWS + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: 0.." + SharedForwards.MAX_ROWS + ")");
    }

    @Test
    void equationThatIsNotSmoothEnoughIsRefusedByItsTolerance() {
        // White noise in place of a denoiser: no step is ever small enough.
        DifferentiableDenoiser rough = watched(batch -> {
            for (int i = 0; i < batch.x().length; i++) {
                batch.x()[i] += (float) (1e6 * Math.sin(1e9 * batch.x()[i] + 1e6 * forwards.size()));
            }
        });
        assertThatThrownBy(() -> score(rough, settings(new DormandPrince(1e-6)), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(expected: a tolerance that dormand-prince with tolerance 1.0E-6 can keep");
    }

    private DifferentiableDenoiser watched(Consumer<JumpBatch> watcher) {
        return new DifferentiableDenoiser() {
            @Override
            public ModelSpec spec() {
                return MODEL.spec();
            }

            @Override
            public void denoise(JumpBatch batch, float[] v, float[] g, float[] products) {
                forwards.add(batch.rows());
                watcher.accept(batch);
                MODEL.denoise(batch, v, g, products);
            }

            @Override
            public void close() {}
        };
    }

    private static List<PictureLikelihood> score(DifferentiableDenoiser model, LikelihoodSettings settings, int count) {
        return score(model, settings, Pictures.of(count, model.spec().dimension(), 1));
    }

    private static List<PictureLikelihood> score(
            DifferentiableDenoiser model, LikelihoodSettings settings, List<LabelledPicture> pictures) {
        try (Likelihood likelihood = new Likelihood(model, settings)) {
            return likelihood.score(pictures, (evaluated, done) -> {});
        }
    }

    private static LikelihoodSettings settings(Integrator integrator) {
        return new LikelihoodSettings(integrator, Dequantisation.UNIFORM, CellSize.EXACT, Probe.RADEMACHER, 1, 11);
    }
}
