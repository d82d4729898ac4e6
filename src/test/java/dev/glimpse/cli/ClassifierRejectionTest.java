package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassifierRejectionTest {
    /** The first three are all 1 as a float of what the class that was asked for has. */
    @Test
    void thoseAreKeptThatLeaveLeastForOtherClasses() {
        assertThat(ClassifierRejection.surest(new double[] {1e-9, 1e-12, 1e-10, 0.2}, 2))
                .containsExactly(1, 2);
    }

    @Test
    void ofEqualOnesTheEarlierAreKept() {
        assertThat(ClassifierRejection.surest(new double[] {0.5, 0.1, 0.1, 0.1}, 2))
                .containsExactly(1, 2);
    }
}
