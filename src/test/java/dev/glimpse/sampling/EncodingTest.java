package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leads pictures up the ODE of Gaussian data, whose solution is known in closed form, and back down. */
class EncodingTest {
    private static final int BRIGHT = 1;
    private static final double MIN = GaussianModel.SPEC.sigmaMin();
    private static final double MAX = GaussianModel.SPEC.sigmaMax();
    private static final KarrasGrid GRID = new KarrasGrid(MIN, MAX, GaussianModel.SPEC.rho());

    private final StepExecutor executor = new StepExecutor(new GaussianModel(), 1);

    @Test
    void errorOfHeunFallsWithTheSquareOfTheStepAndThatOfEulerWithTheStep() {
        for (boolean corrected : new boolean[] {true, false}) {
            double expected = corrected ? 4 : 2;
            double last = error(corrected, 32);
            for (int steps : new int[] {64, 128}) {
                double error = error(corrected, steps);
                assertThat(last / error).as("%s steps, %s", steps, corrected).isBetween(0.8 * expected, 1.4 * expected);
                last = error;
            }
        }
    }

    @Test
    void latentHasAsMuchOfThePictureAsTheClosedFormSays() {
        // 128 steps leave an error of a thousandth of the latent, which is as large as sigma_max.
        assertThat(error(true, 128) / MAX).isLessThan(2e-3);
    }

    @Test
    void exactJumpsAndHeunLeadBackToThePicture() {
        float[] picture = picture();
        float[] latent = walk(StepPlans.rising(128, true, GRID), picture);
        // The jumps of this model are exact, so that what is left is the error of the way up.
        assertThat(distance(walk(StepPlans.plan(Sampler.EXACT, 0, 3, MIN, MAX, 7), latent), picture))
                .isLessThan(1e-3);
        assertThat(distance(walk(StepPlans.plan(Sampler.HEUN, 0, 128, MIN, MAX, 7), latent), picture))
                .isLessThan(2e-3);
    }

    @Test
    void stopsWhereItIsTold() {
        StepPlan plan = StepPlans.rising(64, true, new KarrasGrid(MIN, 1.5, 7));
        float[] state = walk(plan, picture());
        assertThat(distance(state, closedForm(1.5)) / 1.5).isLessThan(2e-3);
    }

    @Test
    void picturesOnTheirWayUpShareForwardsWithThoseOnTheirWayDownAndKeepTheirBits() {
        StepPlan up = StepPlans.rising(5, true, GRID);
        StepPlan down = StepPlans.plan(Sampler.EXACT, 0, 4, MIN, MAX, 7);
        Walk encoded = new Walk(up, BRIGHT, 3, 0, new Edit.Given(picture()));
        List<Walk> moving = new ArrayList<>(List.of(encoded, new Walk(down, 0, 3, 1)));
        while (!moving.isEmpty()) {
            step(moving);
            moving.removeIf(Walk::isFinished);
        }
        assertThat(encoded.x()).isEqualTo(walk(up, picture()));
    }

    private double error(boolean corrected, int steps) {
        return distance(walk(StepPlans.rising(steps, corrected, GRID), picture()), closedForm(MAX));
    }

    /** x(t) = mean + sqrt((std^2 + t^2) / (std^2 + sigma_min^2)) (x(sigma_min) - mean). */
    private static float[] closedForm(double t) {
        float[] state = picture();
        double mean = GaussianModel.mean(BRIGHT);
        for (int i = 0; i < state.length; i++) {
            state[i] = (float) (mean + (state[i] - mean) / GaussianModel.shrinking(t, MIN));
        }
        return state;
    }

    private static float[] picture() {
        float[] picture = new float[GaussianModel.SPEC.dimension()];
        NoiseStream.initial(picture, (float) GaussianModel.STD, 11, 0);
        return picture;
    }

    private float[] walk(StepPlan plan, float[] from) {
        Walk walk = new Walk(plan, BRIGHT, 3, 0, new Edit.Given(from));
        while (!walk.isFinished()) {
            step(List.of(walk));
        }
        return walk.x();
    }

    private void step(List<Walk> walks) {
        List<StepResult> results =
                executor.run(walks.stream().map(walk -> walk.next(false)).toList());
        for (int i = 0; i < walks.size(); i++) {
            walks.get(i).take(results.get(i));
        }
    }

    /** Root mean square. */
    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum / a.length);
    }
}
