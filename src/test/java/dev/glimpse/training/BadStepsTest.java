package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BadStepsTest {
    private final BadSteps steps = new BadSteps();

    /** They take turns with the network's; a run would go on to its end without one step of it. */
    @Test
    void soundStepsOfCriticsSayNothingOfTheNetworks() {
        for (int turn = 0; turn < 20; turn++) {
            steps.count(false, false, 2 * turn);
            assertThat(steps.lastWasSound()).isFalse();
            steps.count(true, true, 2 * turn + 1);
            assertThat(steps.lastWasSound()).isTrue();
        }
        assertThatThrownBy(() -> steps.count(false, false, 40))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageStartingWith("gradients: not finite for 21 steps in a row at step 40");
    }

    @Test
    void soundStepsOfTheNetworkSayNothingOfCritics() {
        for (int turn = 0; turn < 20; turn++) {
            steps.count(true, false, turn);
            steps.count(false, true, turn);
        }
        assertThatThrownBy(() -> steps.count(true, false, 20))
                .hasMessageStartingWith("gradients: not finite for 21 of the critics' steps in a row at step 20");
    }

    @Test
    void aSoundStepEndsARow() {
        for (int step = 0; step < 20; step++) {
            steps.count(false, false, step);
        }
        steps.count(false, true, 20);
        steps.count(false, false, 21);
        assertThat(steps.lastWasSound()).isFalse();
    }
}
