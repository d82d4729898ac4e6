package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shown of a picture that is not finished. */
class PreviewTest {
    private static final long SEED = 53;
    private static final int BRIGHT = 1;
    private static final float KNOWN = 0.75f;
    private static final ModelSpec SPEC = GaussianModel.SPEC;
    private static final SamplerRule CHURNED =
            new SamplerRule(Sampler.HEUN, 0, GammaForm.OFFICIAL, new Churn(40, 0, Double.POSITIVE_INFINITY, 1.003));

    static Stream<SamplerRule> rules() {
        return Stream.of(
                SamplerRule.of(Sampler.EXACT, 0),
                SamplerRule.of(Sampler.GAMMA, 0.5),
                // Its previews are its jumps, at no cost.
                SamplerRule.of(Sampler.CM, 1),
                CHURNED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void whatIsKnownIsInEveryPreviewWithoutNoise(SamplerRule rule) {
        BitSet pixels = new BitSet();
        int known = SPEC.dimension() / 2;
        pixels.set(0, known);
        float[] reference = new float[SPEC.dimension()];
        Arrays.fill(reference, KNOWN);
        Edit edit = new Edit.Keep(new KnownPart.PixelSet(pixels, SPEC.dimension()), reference);

        for (Shown shown : walk(rule, edit)) {
            assertThat(Arrays.copyOf(shown.exactPreview(), known)).containsOnly(KNOWN);
            assertThat(Arrays.copyOf(shown.result.denoised(), known)).containsOnly(KNOWN);
        }
    }

    @Test
    void previewOfAStepThatChurnLiftsIsTheJumpFromTheStateBefore() {
        List<Shown> lifted = walk(CHURNED, Edit.NONE).stream()
                .filter(shown -> shown.request.step().noiseStd() > 0)
                .toList();
        assertThat(lifted).hasSize(4);
        for (Shown shown : lifted) {
            double mean = GaussianModel.mean(BRIGHT);
            double left = GaussianModel.shrinking(shown.request.step().t(), SPEC.sigmaMin());
            for (int i = 0; i < SPEC.dimension(); i++) {
                double expected = mean + left * (shown.request.x()[i] - mean);
                assertThat((double) shown.exactPreview()[i]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    private record Shown(StepRequest request, StepResult result) {
        float[] exactPreview() {
            return Optional.ofNullable(result.exactPreview()).orElseThrow();
        }
    }

    private static List<Shown> walk(SamplerRule rule, Edit edit) {
        KarrasGrid grid = new KarrasGrid(SPEC.sigmaMin(), SPEC.sigmaMax(), SPEC.rho());
        StepPlan plan = StepPlans.plan(rule, new Knots.Karras(4), grid);
        StepExecutor executor = new StepExecutor(new GaussianModel(), 1);
        Walk walk = new Walk(plan, BRIGHT, SEED, 0, edit);
        List<Shown> all = new ArrayList<>();
        while (!walk.isFinished()) {
            StepRequest request = walk.next(true);
            StepResult result = executor.run(List.of(request)).get(0);
            all.add(new Shown(request, result));
            walk.take(result);
        }
        return all;
    }
}
