package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrawNumbersTest {
    /** Another number would let a resumed run draw what it never drew before. */
    @Test
    void numbersStayThoseOfRunsOnDisk() {
        assertThat(new int[] {
                    DrawNumbers.CRITIC_VECTORS, DrawNumbers.MOVES, DrawNumbers.WEIGHTS, DrawNumbers.PICTURE_ORDER
                })
                .containsExactly(67_108_864, 268_435_456, 536_870_912, 1_073_741_824);
        assertThat(DrawNumbers.CRITIC_WEIGHTS).isEqualTo(67_108_864);
        assertThat(new int[] {
                    DrawNumbers.NOISE_LEVEL,
                    DrawNumbers.JUMP_START,
                    DrawNumbers.JUMP_END,
                    DrawNumbers.SOLVER_STEPS,
                    DrawNumbers.JUMP_SHARE,
                    DrawNumbers.FLIP,
                    DrawNumbers.AUGMENTATION,
                    DrawNumbers.DROPOUT
                })
                .containsExactly(0, 1, 2, 3, 4, 5, 134_217_728, 268_435_456);
    }
}
