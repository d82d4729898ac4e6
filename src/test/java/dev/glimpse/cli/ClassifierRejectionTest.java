package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.evaluation.FeatureSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierRejectionTest {
    /** The first three are all 1 as a float of what the class that was asked for has. */
    @Test
    void thoseAreKeptThatLeaveLeastForOtherClasses() {
        assertThat(ClassifierRejection.surest(new double[] {1e-9, 1e-12, 1e-10, 0.2}, 2))
                .containsExactly(1, 2);
    }

    /** Each of them would be one fewer by the ratio's nearest binary number. */
    @ParameterizedTest
    @CsvSource({"50, 1.3, 115", "50, 0.16, 58", "45, 1.8, 126", "25, 1.64, 66"})
    void asManyAreDrawnAsTheRatioSaysInDecimals(int kept, double ratio, int drawn) {
        ClassifierRejection rule = new ClassifierRejection(ratio, FeatureSource.builtIn());

        assertThat(rule.drawn(kept)).isEqualTo(drawn);
    }

    @Test
    void ofEqualOnesTheEarlierAreKept() {
        assertThat(ClassifierRejection.surest(new double[] {0.5, 0.1, 0.1, 0.1}, 2))
                .containsExactly(1, 2);
    }
}
