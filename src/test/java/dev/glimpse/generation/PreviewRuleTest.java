package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreviewRuleTest {
    private static PreviewRule rule(PreviewKind kind, Sampler sampler, double gamma) {
        StepPlan plan = StepPlans.plan(sampler, gamma, 4, 0.002, 80, 7);
        return rule(kind, plan, GaussianEngine.SPEC);
    }

    private static PreviewRule rule(PreviewKind kind, StepPlan plan, ModelSpec model) {
        return new PreviewRule(kind, Path.of(plan, 1, 0, 0), 0, 0, model);
    }

    @Test
    void exactPreviewTakesASecondRowUntilTheLastStep() {
        assertThat(rule(PreviewKind.EXACT, Sampler.EXACT, 0).rowsFrom(0)).containsExactly(2, 2, 2, 1);
    }

    @Test
    void exactPreviewIsFreeWhereEveryJumpGoesToTheEnd() {
        assertThat(rule(PreviewKind.EXACT, Sampler.CM, 1).rowsFrom(0)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void firstFrameIsExactWhateverTheKind() {
        assertThat(rule(PreviewKind.FREE, Sampler.EXACT, 0).rowsFrom(0)).containsExactly(2, 1, 1, 1);
        assertThat(rule(PreviewKind.STATE, Sampler.EXACT, 0).kindAt(0)).isEqualTo(PreviewKind.EXACT);
    }

    @Test
    void noPreviewMeansNoRowForAny() {
        assertThat(rule(PreviewKind.NONE, Sampler.EXACT, 0).rowsFrom(0)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void pictureOfTheStateIsAtTheTimeThatTheStepEndedAt() {
        PreviewRule rule = rule(PreviewKind.STATE, Sampler.GAMMA, 0.5);
        assertThat(rule.timeAt(1)).isEqualTo(rule.path().step(2).t());
        assertThat(rule.timeAt(0)).isEqualTo(80);
    }

    @Test
    void stepsThatWereShownAreTakenWithoutPreviews() {
        PreviewRule whole = rule(PreviewKind.EXACT, Sampler.EXACT, 0);
        PreviewRule resumed = new PreviewRule(PreviewKind.EXACT, whole.path(), 0, 2, GaussianEngine.SPEC);
        assertThat(resumed.rowsFrom(0)).containsExactly(1, 1, 2, 1);
        assertThat(resumed.kindAt(1)).isEqualTo(PreviewKind.NONE);
    }

    @Test
    void firstFrameOfARefinementIsExact() {
        PreviewRule whole = rule(PreviewKind.FREE, Sampler.EXACT, 0);
        PreviewRule refined = new PreviewRule(PreviewKind.FREE, whole.path(), 1, 1, GaussianEngine.SPEC);
        assertThat(refined.kindAt(1)).isEqualTo(PreviewKind.EXACT);
        assertThat(refined.kindAt(2)).isEqualTo(PreviewKind.FREE);
    }

    @Test
    void heunShowsOnePictureAStepBesidesTheFirst() {
        PreviewRule rule = rule(PreviewKind.FREE, Sampler.HEUN, 0);
        assertThat(IntStream.range(0, rule.path().length()).mapToObj(rule::kindAt))
                .containsExactly(
                        PreviewKind.EXACT,
                        PreviewKind.FREE,
                        PreviewKind.NONE,
                        PreviewKind.FREE,
                        PreviewKind.NONE,
                        PreviewKind.FREE,
                        PreviewKind.EXACT);
        assertThat(rule.rowsFrom(0)).containsExactly(2, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void exactPreviewOfHeunTakesARowAtTheEndOfEachStep() {
        // At sigma_min itself the jump there is the state.
        assertThat(rule(PreviewKind.EXACT, Sampler.HEUN, 0).rowsFrom(0)).containsExactly(2, 2, 1, 2, 1, 1, 1);
    }

    @Test
    void denoiserShowsWhatItMakesOfTheFirstState() {
        ModelSpec denoiser = new ModelSpec(1, 2, 3, List.of(), 0.002, 80, 0.5, 7, false);
        StepPlan plan = StepPlans.plan(Sampler.HEUN, 0, 2, 0.002, 80, 7);
        PreviewRule rule = rule(PreviewKind.FREE, plan, denoiser);
        assertThat(rule.kindAt(0)).isEqualTo(PreviewKind.FREE);
        assertThat(rule.rowsFrom(0)).containsOnly(1);
    }
}
