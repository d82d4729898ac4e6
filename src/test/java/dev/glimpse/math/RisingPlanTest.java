package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RisingPlanTest {
    private static final KarrasGrid GRID = new KarrasGrid(0.002, 80, 7);

    @Test
    void heunTakesEachIntervalTwiceFromTheLowestKnotUp() {
        double[] knots = GRID.knots(6);
        List<Step> steps = StepPlans.rising(5, true, GRID).steps();
        assertThat(steps).hasSize(2 * 5).allMatch(Step::rises).allMatch(step -> step.noiseStd() == 0);
        for (int i = 0; i < 5; i++) {
            Step euler = steps.get(2 * i);
            Step correction = steps.get(2 * i + 1);
            assertThat(euler.kind()).isEqualTo(Step.Kind.EULER);
            assertThat(euler.level()).isEqualTo(knots[5 - i]);
            assertThat(euler.s()).isEqualTo(knots[4 - i]);
            assertThat(correction.kind()).isEqualTo(Step.Kind.CORRECTION);
            assertThat(correction.from()).isEqualTo(knots[5 - i]);
            assertThat(correction.level()).isEqualTo(knots[4 - i]);
        }
    }

    @Test
    void eulerTakesEachIntervalOnce() {
        List<Step> steps = StepPlans.rising(3, false, GRID).steps();
        assertThat(steps).extracting(Step::kind).containsOnly(Step.Kind.EULER).hasSize(3);
        assertThat(steps.get(0).t()).isEqualTo(GRID.sigmaMin());
        assertThat(steps.get(2).nextT()).isEqualTo(GRID.sigmaMax());
    }

    @Test
    void endWithoutRoomForTheStepsIsRefusedByItsField() {
        double sigmaMin = 0.002;
        KarrasGrid narrow = new KarrasGrid(sigmaMin, Math.nextUp(sigmaMin), 7);
        assertThatThrownBy(() -> StepPlans.rising(4, true, narrow))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessage("end_t: " + Math.nextUp(sigmaMin)
                        + " (expected: far enough above sigma_min 0.002 for 4 steps)");
    }

    @Test
    void plansToPicturesNeverRise() {
        for (Sampler sampler : List.of(Sampler.EXACT, Sampler.HEUN, Sampler.CM)) {
            StepPlan plan = StepPlans.plan(sampler, sampler.defaultGamma(), 7, 0.002, 80, 7);
            assertThat(IntStream.range(0, plan.nfe()).mapToObj(plan.steps()::get))
                    .noneMatch(Step::rises);
        }
    }

    @Test
    void jumpsDoNotRiseAndNoNoiseIsAddedOnTheWayUp() {
        assertThatThrownBy(() -> new Step(1, 2, 2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Step(Step.Kind.EULER, 1, 1, 2, 2, 0.5))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Step(Step.Kind.EULER, 1, 1.5, 2, 2, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
