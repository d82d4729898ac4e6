package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EditResolverTest {
    private static final ModelSpec SPEC = GaussianEngine.SPEC;
    private static final double[] GRID = new KarrasGrid(SPEC.sigmaMin(), SPEC.sigmaMax(), SPEC.rho()).knots(40);
    private static final Knots PLACES = new Knots.OnGrid(40, List.of(20, 30, 39));
    private static final OptionalDouble ABSENT = OptionalDouble.empty();

    private final EditResolver resolver = new EditResolver(SPEC);

    private static EditRequest stroke(OptionalDouble start) {
        return new EditRequest.Stroke(new EditRequest.Picture(new byte[SPEC.dimension()], ImageFormat.RAW_U8), start);
    }

    private static EditRequest latent(double time) {
        return new EditRequest.Begin(
                new byte[Float.BYTES * SPEC.dimension()], new EditRequest.Shape(0, 0, 0), OptionalDouble.of(time));
    }

    private static PlanRequest exact(Knots knots) {
        return new PlanRequest(Optional.of(Sampler.EXACT), ABSENT, GammaForm.OFFICIAL, Churn.NONE, knots);
    }

    private List<Double> times(EditRequest edit, Knots knots) {
        StepPlan plan = resolver.plan(Optional.of(edit), exact(knots));
        return Stream.concat(plan.steps().stream().map(step -> step.t()), Stream.of(SPEC.sigmaMin()))
                .toList();
    }

    @Test
    void placesAreThoseOfTheModelsOwnGridWhereverAnEditBegins() {
        List<Double> expected = List.of(GRID[20], GRID[30], GRID[39]);
        assertThat(times(stroke(ABSENT), PLACES)).isEqualTo(expected);
        assertThat(times(stroke(OptionalDouble.of(GRID[20])), PLACES)).isEqualTo(expected);
        assertThat(times(latent(GRID[20]), PLACES)).isEqualTo(expected);
        List<Double> refined = resolver.plan(exact(PLACES), GRID[20]).steps().stream()
                .map(step -> step.t())
                .toList();
        assertThat(refined).isEqualTo(expected.subList(0, 2));
    }

    /** A model whose walks from noise begin their last jump at 13. */
    private static List<Double> ofEarlyJumps(Optional<EditRequest> edit, Sampler sampler, int steps) {
        ModelSpec early = SPEC.withLastJump(OptionalDouble.of(13));
        PlanRequest walk = PlanRequest.of(Optional.of(sampler), ABSENT, steps);
        return new EditResolver(early)
                .plan(edit, walk).steps().stream().map(step -> step.t()).toList();
    }

    private static List<Double> onKarrasGrid(double last, int knots) {
        return DoubleStream.of(new KarrasGrid(last, 80, 7).knots(knots)).boxed().toList();
    }

    @Test
    void stepsFromNoiseJumpToTheEndFromWhereTheModelWantsThemTo() {
        for (Sampler sampler : List.of(Sampler.EXACT, Sampler.GAMMA, Sampler.CM)) {
            assertThat(ofEarlyJumps(Optional.empty(), sampler, 1)).containsExactly(80.0);
            assertThat(ofEarlyJumps(Optional.empty(), sampler, 2)).containsExactly(80.0, 13.0);
            assertThat(ofEarlyJumps(Optional.empty(), sampler, 5)).isEqualTo(onKarrasGrid(13, 5));
        }
        assertThat(ofEarlyJumps(Optional.of(new EditRequest.Interpolate(7)), Sampler.EXACT, 3))
                .isEqualTo(onKarrasGrid(13, 3));
    }

    @Test
    void whatIsNoJumpFromNoiseWalksTheWholeGrid() {
        EditRequest.Picture grey = new EditRequest.Picture(new byte[SPEC.dimension()], ImageFormat.RAW_U8);
        List<Double> whole = onKarrasGrid(0.002, 4).subList(0, 3);
        assertThat(ofEarlyJumps(Optional.of(new EditRequest.Inpaint(grey, grey)), Sampler.CM, 3))
                .isEqualTo(whole);
        assertThat(ofEarlyJumps(Optional.of(latent(80)), Sampler.EXACT, 3)).isEqualTo(whole);
        assertThat(ofEarlyJumps(Optional.empty(), Sampler.HEUN, 2).get(2)).isEqualTo(0.002);
    }

    @Test
    void strokeBeginsWhereItsKnotsDoOrInTheMiddleOfTheGrid() {
        assertThat(times(stroke(ABSENT), new Knots.Times(List.of(5.0, 0.5, 0.002))))
                .containsExactly(5.0, 0.5, 0.002);
        double middle = new KarrasGrid(SPEC.sigmaMin(), SPEC.sigmaMax(), SPEC.rho()).knots(3)[1];
        assertThat(times(stroke(ABSENT), new Knots.Karras(1))).containsExactly(middle, 0.002);
    }

    @Test
    void knotsThatBeginElsewhereThanTheEditAreToldWhereItBegins() {
        Knots knots = new Knots.Times(List.of(4.0, 0.002));
        String expected = "knots: 4.0 (expected: 5.0 as the first, the noise level that it begins at)";
        assertThatThrownBy(() -> times(stroke(OptionalDouble.of(5)), knots)).hasMessage(expected);
        assertThatThrownBy(() -> times(latent(5), knots)).hasMessage(expected);
        assertThatThrownBy(() -> resolver.plan(exact(knots), 5)).hasMessage(expected);
        assertThatThrownBy(() -> times(latent(80), knots))
                .hasMessage("knots: 4.0 (expected: sigma_max 80.0 as the first, where pictures are pure noise)");
        assertThatThrownBy(() -> times(stroke(ABSENT), new Knots.Times(List.of(90.0, 0.002))))
                .hasMessage("knots: 90.0 (expected: more than 0.002, at most 80.0)");
    }
}
