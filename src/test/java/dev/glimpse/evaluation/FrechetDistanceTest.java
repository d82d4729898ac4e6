package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrechetDistanceTest {
    @Test
    void scaledAndMovedSetHasTheDistanceOfTheFormula() {
        int dimension = 24;
        double scale = 1.75;
        double shift = 0.5;
        float[] base = Vectors.correlated(3, 200, dimension, 0);
        float[] moved = new float[base.length];
        for (int k = 0; k < base.length; k++) {
            moved[k] = (float) (scale * base[k] + shift);
        }
        FeatureMoments reference = Vectors.moments(base, dimension);
        // S and a^2 S commute, so the trace of the root is a tr(S): d = |(1 - a) m - b|^2 + (1 - a)^2 tr(S).
        double[] mean = reference.mean();
        double[] covariance = reference.covariance();
        double expected = 0;
        for (int i = 0; i < dimension; i++) {
            double difference = (1 - scale) * mean[i] - shift;
            expected += difference * difference + (1 - scale) * (1 - scale) * covariance[i * dimension + i];
        }
        double distance = new FrechetDistance(reference).to(Vectors.moments(moved, dimension));
        assertThat(distance).isCloseTo(expected, within(1e-5 * expected));
    }

    @Test
    void covariancesThatDoNotCommuteHaveTheDistanceOfTheClosedFormInThePlane() {
        FeatureMoments one = Vectors.moments(Vectors.correlated(4, 100, 2, 1), 2);
        FeatureMoments other = Vectors.moments(Vectors.correlated(5, 80, 2, -1), 2);
        double[] a = one.covariance();
        double[] b = other.covariance();
        double traceOfProduct = a[0] * b[0] + 2 * a[1] * b[1] + a[3] * b[3];
        double determinant = (a[0] * a[3] - a[1] * a[1]) * (b[0] * b[3] - b[1] * b[1]);
        // Of a 2 x 2 matrix with eigenvalues x and y: (sqrt(x) + sqrt(y))^2 = x + y + 2 sqrt(x y).
        double root = Math.sqrt(traceOfProduct + 2 * Math.sqrt(determinant));
        double expected = a[0] + a[3] + b[0] + b[3] - 2 * root;
        for (int i = 0; i < 2; i++) {
            double difference = one.mean()[i] - other.mean()[i];
            expected += difference * difference;
        }
        assertThat(new FrechetDistance(one).to(other)).isCloseTo(expected, within(1e-9));
        assertThat(new FrechetDistance(other).to(one)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void sameSetIsAtDistanceZero() {
        FeatureMoments set = Vectors.moments(Vectors.correlated(6, 300, 32, 2), 32);
        assertThat(new FrechetDistance(set).to(set)).isCloseTo(0, within(1e-7));
    }

    @Test
    void fewerVectorsThanDimensionsStillHaveADistance() {
        int dimension = 40;
        float[] vectors = Vectors.correlated(7, 30, dimension, 0);
        FeatureMoments few = Vectors.moments(Arrays.copyOf(vectors, 10 * dimension), dimension);
        FeatureMoments more = Vectors.moments(vectors, dimension);
        assertThat(new FrechetDistance(few).to(few)).isCloseTo(0, within(1e-4));
        assertThat(new FrechetDistance(few).to(more))
                .isPositive()
                .isCloseTo(new FrechetDistance(more).to(few), within(1e-4));
    }

    /** At a distance that is far, and at one that is due to the few vectors alone. */
    @ParameterizedTest
    @ValueSource(doubles = {2, 0.3, 0})
    void deviationBoundsHowFarDistancesOfEquallyManyVectorsAreApart(double offset) {
        int dimension = 8;
        int count = 100;
        int sets = 300;
        // All of one seed mix their normals by one matrix.
        float[] vectors = Vectors.correlated(8, count * sets, dimension, offset);
        FrechetDistance reference =
                new FrechetDistance(Vectors.moments(Vectors.correlated(8, 20_000, dimension, 0), dimension));
        double sum = 0;
        double squares = 0;
        for (int set = 0; set < sets; set++) {
            float[] some = Arrays.copyOfRange(vectors, set * count * dimension, (set + 1) * count * dimension);
            double distance = reference.to(Vectors.moments(some, dimension));
            sum += distance;
            squares += distance * distance;
        }
        double mean = sum / sets;
        double deviation = Math.sqrt(squares / sets - mean * mean);
        assertThat(reference.deviation(mean, count)).isBetween(deviation, 12 * deviation);
    }
}
