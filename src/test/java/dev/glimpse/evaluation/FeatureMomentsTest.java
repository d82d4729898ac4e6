package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureMomentsTest {
    private static final int DIMENSION = 7;
    private static final int ROWS = 210;
    /** Far from the origin: a sum of squares would lose the scatter in its last digits. */
    private static final double OFFSET = 10_000;

    private static final float[] VECTORS = Vectors.correlated(1, ROWS, DIMENSION, OFFSET);

    @Test
    void covarianceIsTheUnbiasedOneOfTheDefinition() {
        double[] mean = new double[DIMENSION];
        for (int k = 0; k < VECTORS.length; k++) {
            mean[k % DIMENSION] += VECTORS[k] / (double) ROWS;
        }
        double[] covariance = Vectors.moments(VECTORS, DIMENSION).covariance();
        for (int i = 0; i < DIMENSION; i++) {
            for (int j = 0; j < DIMENSION; j++) {
                double expected = 0;
                for (int row = 0; row < ROWS; row++) {
                    expected += (VECTORS[row * DIMENSION + i] - mean[i]) * (VECTORS[row * DIMENSION + j] - mean[j]);
                }
                assertThat(covariance[i * DIMENSION + j]).isCloseTo(expected / (ROWS - 1), within(1e-7));
            }
        }
    }

    @Test
    void partsJoinedInAnyOrderAreTheWhole() {
        FeatureMoments whole = Vectors.moments(VECTORS, DIMENSION);
        Random random = new Random(2);
        for (int trial = 0; trial < 20; trial++) {
            List<FeatureMoments> parts = new ArrayList<>();
            int from = 0;
            while (from < ROWS) {
                int to = Math.min(ROWS, from + random.nextInt(60));
                parts.add(Vectors.moments(Arrays.copyOfRange(VECTORS, from * DIMENSION, to * DIMENSION), DIMENSION));
                from = to;
            }
            Collections.shuffle(parts, random);
            FeatureMoments joined = new FeatureMoments(DIMENSION);
            parts.forEach(joined::merge);
            assertThat(joined.count()).isEqualTo(ROWS);
            assertThat(joined.mean()).containsExactly(whole.mean(), within(1e-9 * OFFSET));
            assertThat(joined.covariance()).containsExactly(whole.covariance(), within(1e-9));
        }
    }

    @Test
    void covarianceNeedsTwoVectors() {
        FeatureMoments one = Vectors.moments(Arrays.copyOf(VECTORS, DIMENSION), DIMENSION);
        assertThatThrownBy(one::covariance).hasMessage("pictures: 1 (expected: at least 2 for a covariance)");
    }

    @Test
    void vectorsOfAnotherDimensionAreRefused() {
        FeatureMoments other = new FeatureMoments(DIMENSION + 1);
        assertThatThrownBy(() -> new FeatureMoments(DIMENSION).merge(other))
                .hasMessage("dimension: 8 (expected: 7, as those gathered so far)");
    }
}
