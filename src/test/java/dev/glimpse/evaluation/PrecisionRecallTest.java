package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {
    /** A row of six points a unit apart, and another far away. */
    private static final float[] HERE = {0, 1, 2, 3, 4, 5};

    private static final float[] FAR = {100, 101, 102, 103, 104, 105};

    @Test
    void sameSetsCoverEachOther() {
        FeatureSet set = Vectors.set(HERE, 1);
        assertThat(PrecisionRecall.of(set, set, 3)).isEqualTo(new PrecisionRecall(1, 1));
    }

    @Test
    void setsFarApartCoverNothing() {
        assertThat(PrecisionRecall.of(Vectors.set(HERE, 1), Vectors.set(FAR, 1), 3))
                .isEqualTo(new PrecisionRecall(0, 0));
    }

    @Test
    void samplesOfOneModeArePreciseButLeaveTheOtherOut() {
        FeatureSet both = Vectors.set(HERE, 1);
        both.merge(Vectors.set(FAR, 1));
        assertThat(PrecisionRecall.of(both, Vectors.set(HERE, 1), 3)).isEqualTo(new PrecisionRecall(1, 0.5));
        assertThat(PrecisionRecall.of(Vectors.set(HERE, 1), both, 3)).isEqualTo(new PrecisionRecall(0.5, 1));
    }

    @Test
    void ballReachesExactlyToTheNeighbour() {
        // With k = 1 the balls around 0 and 2 have the radius 2.
        FeatureSet reference = Vectors.set(new float[] {0, 2}, 1);
        FeatureSet samples = Vectors.set(new float[] {4, 4.5f, -2, -2.5f}, 1);
        assertThat(PrecisionRecall.of(reference, samples, 1).precision()).isEqualTo(0.5);
    }

    @Test
    void blocksGiveWhatTheDefinitionGives() {
        int dimension = 5;
        float[] real = Vectors.correlated(8, 300, dimension, 0);
        float[] drawn = Vectors.correlated(9, 170, dimension, 0.4);
        PrecisionRecall expected = new PrecisionRecall(naive(drawn, real, dimension), naive(real, drawn, dimension));
        assertThat(PrecisionRecall.of(Vectors.set(real, dimension), Vectors.set(drawn, dimension), 3))
                .isEqualTo(expected);
        assertThat(expected.precision()).isBetween(0.1, 0.95);
        assertThat(expected.recall()).isBetween(0.1, 0.95);
    }

    @Test
    void setsWithoutEnoughNeighboursAreRefused() {
        FeatureSet three = Vectors.set(new float[] {0, 1, 2}, 1);
        assertThatThrownBy(() -> PrecisionRecall.of(Vectors.set(HERE, 1), three, 3))
                .hasMessage("samples: 3 pictures (expected: more than 3, the neighbours)");
    }

    private static double naive(float[] set, float[] other, int dimension) {
        int count = other.length / dimension;
        double[] radii = new double[count];
        for (int i = 0; i < count; i++) {
            int centre = i;
            double[] sorted = IntStream.range(0, count)
                    .filter(j -> j != centre)
                    .mapToDouble(j -> squared(other, centre, other, j, dimension))
                    .sorted()
                    .toArray();
            radii[i] = sorted[2];
        }
        long inside = IntStream.range(0, set.length / dimension)
                .filter(row ->
                        IntStream.range(0, count).anyMatch(i -> squared(set, row, other, i, dimension) <= radii[i]))
                .count();
        return (double) inside / (set.length / dimension);
    }

    private static float squared(float[] a, int i, float[] b, int j, int dimension) {
        float[] x = Arrays.copyOfRange(a, i * dimension, (i + 1) * dimension);
        float[] y = Arrays.copyOfRange(b, j * dimension, (j + 1) * dimension);
        float sum = 0;
        for (int k = 0; k < dimension; k++) {
            sum += (x[k] - y[k]) * (x[k] - y[k]);
        }
        return sum;
    }
}
