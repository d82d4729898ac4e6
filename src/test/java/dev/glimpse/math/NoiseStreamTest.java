package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseStreamTest {
    private static final long SEED = 20240507;
    private static final int MANY = 1 << 20;

    @Test
    void elementsDoNotDependOnTheLengthOfTheirArray() {
        float[] whole = initial(100, 80, SEED, 0);
        for (int length = 0; length < whole.length; length++) {
            assertThat(initial(length, 80, SEED, 0)).isEqualTo(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void sameArgumentsGiveTheSameBits() {
        assertThat(initial(784, 80, SEED, 3)).isEqualTo(initial(784, 80, SEED, 3));
    }

    @Test
    void initialNoiseIsBlockZero() {
        float[] added = new float[784];
        NoiseStream.addNoise(added, 80, SEED, 3, 0);
        assertThat(added).isEqualTo(initial(784, 80, SEED, 3));
    }

    @Test
    void addedNoiseIsTheFloatSumOfStateAndFloatProduct() {
        float[] normals = new float[784];
        NoiseStream.addNoise(normals, 1, SEED, 5, 2);
        float[] x = initial(784, 3, SEED, 5);
        float[] expected = x.clone();
        for (int i = 0; i < x.length; i++) {
            float scaled = normals[i] * 0.7f;
            expected[i] += scaled;
        }
        NoiseStream.addNoise(x, 0.7f, SEED, 5, 2);
        assertThat(x).isEqualTo(expected);
    }

    @Test
    void noiseOfNoStrengthChangesNothing() {
        float[] x = initial(784, 80, SEED, 0);
        float[] before = x.clone();
        NoiseStream.addNoise(x, 0, SEED, 0, 1);
        assertThat(x).isEqualTo(before);
    }

    @Test
    void bothHalvesOfTheSeedAndSampleAndBlockEachGiveOtherNoise() {
        Set<Float> first = new HashSet<>();
        first.add(normals(1, SEED, 0, 0)[0]);
        first.add(normals(1, SEED + 1, 0, 0)[0]);
        first.add(normals(1, SEED + (1L << 32), 0, 0)[0]);
        first.add(normals(1, SEED, 1, 0)[0]);
        first.add(normals(1, SEED, 0, 1)[0]);
        first.add(normals(1, -SEED, 0, 0)[0]);
        assertThat(first).hasSize(6);
    }

    @Test
    void momentsAreThoseOfAStandardNormal() {
        float[] z = normals(MANY, SEED, 0, 0);
        double root = Math.sqrt(MANY);
        // Five standard errors each: sqrt of 1, 2, 15 and 96 over the root of the count.
        assertThat(moment(z, 1)).isCloseTo(0, within(5 / root));
        assertThat(moment(z, 2)).isCloseTo(1, within(5 * Math.sqrt(2) / root));
        assertThat(moment(z, 3)).isCloseTo(0, within(5 * Math.sqrt(15) / root));
        assertThat(moment(z, 4)).isCloseTo(3, within(5 * Math.sqrt(96) / root));
    }

    @Test
    void tailsHoldTheirShare() {
        float[] z = normals(MANY, SEED, 1, 0);
        int beyondThree = 0;
        for (float value : z) {
            beyondThree += Math.abs(value) > 3 ? 1 : 0;
        }
        double expected = 0.0026997960632601866 * MANY;
        assertThat((double) beyondThree).isCloseTo(expected, within(5 * Math.sqrt(expected)));
    }

    @Test
    void elementsBlocksSamplesAndSeedsAreUncorrelated() {
        float[] z = normals(MANY + 1, SEED, 0, 0);
        assertUncorrelated(Arrays.copyOf(z, MANY), Arrays.copyOfRange(z, 1, MANY + 1));
        float[] base = Arrays.copyOf(z, MANY);
        assertUncorrelated(base, normals(MANY, SEED, 0, 1));
        assertUncorrelated(base, normals(MANY, SEED, 1, 0));
        assertUncorrelated(base, normals(MANY, SEED + 1, 0, 0));
    }

    @Test
    void labelsFallOnEveryClassAlike() {
        int classes = 10;
        int[] counts = new int[classes];
        for (int sample = 0; sample < 100_000; sample++) {
            counts[NoiseStream.label(SEED, sample, classes)]++;
        }
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - 10_000.0) * (count - 10_000.0) / 10_000.0;
        }
        // 99.9 % point of chi-square with 9 degrees of freedom.
        assertThat(chiSquare).isLessThan(27.88);
    }

    @Test
    void labelStaysInRangeForTheLargestNumberOfClasses() {
        for (int sample = 0; sample < 1000; sample++) {
            assertThat(NoiseStream.label(SEED, sample, Integer.MAX_VALUE)).isNotNegative();
            assertThat(NoiseStream.label(SEED, sample, 1)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 'std: -1.0 (expected: at least 0, finite)'",
        "NaN, 0, 0, 'std: NaN (expected: at least 0, finite)'",
        "Infinity, 0, 0, 'std: Infinity (expected: at least 0, finite)'",
        "1, -1, 0, 'sample: -1 (expected: at least 0)'",
        "1, 0, -1, 'block: -1 (expected: at least 0)'"
    })
    void impossibleArgumentNamesTheValueAndWhatWasExpected(float std, int sample, int block, String message) {
        assertThatThrownBy(() -> NoiseStream.addNoise(new float[4], std, SEED, sample, block))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void noiseForScoringIsNotThatOfSamplesOrOfOtherKinds() {
        float[] scoring = scoringNormals(MANY, 0);
        assertThat(moment(scoring, 2)).isCloseTo(1, within(0.01));
        assertUncorrelated(scoring, normals(MANY, SEED, 0, 0));
        assertUncorrelated(scoring, scoringNormals(MANY, 1));
        float[] signs = new float[MANY];
        NoiseStream.scoringSigns(signs, SEED, 0, 0);
        assertUncorrelated(scoring, signs);
    }

    @Test
    void signsAreFairAndNothingElse() {
        float[] signs = new float[MANY];
        NoiseStream.scoringSigns(signs, SEED, 2, 1);
        for (float sign : signs) {
            assertThat(Math.abs(sign)).isOne();
        }
        assertThat(moment(signs, 1)).isCloseTo(0, within(5 / Math.sqrt(MANY)));
    }

    @Test
    void uniformsForScoringFillTheirInterval() {
        double[] uniforms = new double[MANY];
        NoiseStream.scoringUniforms(uniforms, SEED, 2, 1);
        double mean = Arrays.stream(uniforms).average().orElseThrow();
        double squares = Arrays.stream(uniforms).map(u -> u * u).average().orElseThrow();
        assertThat(mean).isCloseTo(1 / 2.0, within(2e-3));
        assertThat(squares).isCloseTo(1 / 3.0, within(2e-3));
        assertThat(Arrays.stream(uniforms).min().orElseThrow()).isBetween(0.0, 1e-4);
        assertThat(Arrays.stream(uniforms).max().orElseThrow()).isBetween(1 - 1e-4, 1.0);
    }

    @Test
    void labelOfNoClassesIsRefused() {
        assertThatThrownBy(() -> NoiseStream.label(SEED, 0, 0)).hasMessage("classes: 0 (expected: at least 1)");
    }

    private static float[] initial(int length, float std, long seed, int sample) {
        float[] x = new float[length];
        NoiseStream.initial(x, std, seed, sample);
        return x;
    }

    private static float[] normals(int length, long seed, int sample, int block) {
        float[] z = new float[length];
        NoiseStream.addNoise(z, 1, seed, sample, block);
        return z;
    }

    private static float[] scoringNormals(int length, int block) {
        float[] z = new float[length];
        NoiseStream.scoringNormals(z, SEED, 0, block);
        return z;
    }

    private static double moment(float[] z, int order) {
        double sum = 0;
        for (float value : z) {
            sum += Math.pow(value, order);
        }
        return sum / z.length;
    }

    private static void assertUncorrelated(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        assertThat(sum / a.length).isCloseTo(0, within(5 / Math.sqrt(a.length)));
    }
}
