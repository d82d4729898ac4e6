package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits on models of Gaussian data, whose conditional distributions are known in closed form. */
class EditTest {
    private static final long SEED = 31;
    private static final ModelSpec SPEC = GaussianModel.SPEC;
    private static final int DIMENSION = SPEC.dimension();
    private static final int BRIGHT = 1;
    private static final int TRAJECTORIES = 128;
    private static final int SIDE = 4;

    static Stream<Arguments> partsAndSamplers() {
        List<Arguments> all = new ArrayList<>();
        for (KnownPart part : List.of(leftHalf(), new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), SIDE))) {
            for (Sampler sampler : List.of(Sampler.EXACT, Sampler.GAMMA, Sampler.CM)) {
                all.add(arguments(part, sampler, 5));
            }
            all.add(arguments(part, Sampler.HEUN, 64));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{1}, {2} steps, {0}")
    @MethodSource("partsAndSamplers")
    void knownPartIsTheReferenceAndTheRestKeepsItsDistribution(KnownPart part, Sampler sampler, int steps) {
        float[] reference = ramp();
        List<float[]> pictures = walk(new GaussianModel(), plan(SPEC, sampler, steps), BRIGHT, keep(part, reference));

        double sum = 0;
        double squares = 0;
        for (float[] picture : pictures) {
            float[] replaced = picture.clone();
            part.replace(replaced, reference);
            assertThat(picture).containsExactly(replaced, within(1e-6f));
            // What is unknown, apart from the model's mean: in an orthonormal basis, all other coefficients.
            float[] unknown = picture.clone();
            float[] mean = new float[DIMENSION];
            Arrays.fill(mean, (float) GaussianModel.mean(BRIGHT));
            part.replace(unknown, mean);
            for (float value : unknown) {
                double distance = value - GaussianModel.mean(BRIGHT);
                sum += distance;
                squares += distance * distance;
            }
        }
        int coefficients = TRAJECTORIES * (DIMENSION - known(part));
        double variance = GaussianModel.STD * GaussianModel.STD;
        assertThat(sum / coefficients)
                .isCloseTo(
                        0,
                        within(5 * GaussianModel.STD / Math.sqrt(coefficients) + 0.005 * GaussianModel.mean(BRIGHT)));
        assertThat(squares / coefficients)
                .isCloseTo(variance, within(variance * (5 * Math.sqrt(2.0 / coefficients) + 0.002)));
    }

    @Test
    void maskedPixelsAreTheReferenceToTheBit() {
        float[] reference = ramp();
        for (float[] picture :
                walk(new GaussianModel(), plan(SPEC, Sampler.CM, 3), BRIGHT, keep(leftHalf(), reference))) {
            for (int i = 0; i < DIMENSION; i++) {
                if (GaussianPairs.isLeft(i)) {
                    assertThat(picture[i]).isEqualTo(reference[i]);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {1, 8, 40})
    void unknownPixelsHaveTheMeanThatReplacementGivesCorrelatedOnes(int steps) {
        StepPlan plan = plan(GaussianPairs.SPEC, Sampler.CM, steps);
        float value = 0.5f;
        double measured = unknownMean(plan, value);
        double standardError = GaussianPairs.STD / Math.sqrt(TRAJECTORIES * DIMENSION / 2.0);
        assertThat(measured).isCloseTo(replacementMean(plan, value), within(5 * standardError));
    }

    @Test
    void unknownPixelsHaveTheConditionalMeanAfterManyStepsWithFreshNoise() {
        float value = 0.5f;
        double conditional = GaussianPairs.CORRELATION * value;
        double last = conditional;
        for (int steps : new int[] {4, 16, 64, 256, 1024}) {
            double missing =
                    Math.abs(replacementMean(plan(GaussianPairs.SPEC, Sampler.CM, steps), value) - conditional);
            assertThat(missing).as("%s steps", steps).isLessThan(last);
            last = missing;
        }
        assertThat(last).isLessThan(0.02 * conditional);

        // A pixel's variance given its twin's value.
        double std = GaussianPairs.STD * Math.sqrt(1 - GaussianPairs.CORRELATION * GaussianPairs.CORRELATION);
        double standardError = std / Math.sqrt(TRAJECTORIES * DIMENSION / 2.0);
        assertThat(unknownMean(plan(GaussianPairs.SPEC, Sampler.CM, 1024), value))
                .isCloseTo(conditional, within(5 * standardError + last));
    }

    /** The mean of an unknown pixel under replacement: each jump starts from the known value and the mean so far. */
    private static double replacementMean(StepPlan plan, double value) {
        double mean = 0;
        for (Step step : plan.steps()) {
            mean = GaussianPairs.jump(mean, value, step.t(), step.s());
        }
        return mean;
    }

    private static double unknownMean(StepPlan plan, float value) {
        float[] reference = new float[DIMENSION];
        Arrays.fill(reference, value);
        double sum = 0;
        for (float[] picture : walk(new GaussianPairs(), plan, JumpBatch.NO_LABEL, keep(leftHalf(), reference))) {
            for (int i = 0; i < DIMENSION; i++) {
                sum += GaussianPairs.isLeft(i) ? 0 : picture[i];
            }
        }
        return sum / (TRAJECTORIES * DIMENSION / 2.0);
    }

    @Test
    void everyEditBeginsAsNoiseOfTheFirstLevel() {
        float[] reference = ramp();
        List<Edit> edits = List.of(
                keep(leftHalf(), reference),
                keep(new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), SIDE), reference),
                new Edit.Stroke(reference),
                new Edit.Between(5, TRAJECTORIES));
        for (Edit edit : edits) {
            for (double t : new double[] {80, 2.5}) {
                double squares = 0;
                for (int sample = 0; sample < TRAJECTORIES; sample++) {
                    float[] x = new float[DIMENSION];
                    edit.begin(x, t, SEED, sample);
                    for (int i = 0; i < DIMENSION; i++) {
                        double noise = x[i] - (edit instanceof Edit.Stroke ? reference[i] : 0);
                        squares += noise * noise;
                    }
                }
                double level = Math.sqrt(squares / (TRAJECTORIES * DIMENSION));
                assertThat(level)
                        .as("%s at %s", edit.getClass().getSimpleName(), t)
                        .isCloseTo(t, within(0.1 * t));
            }
        }
    }

    @Test
    void brightnessIsKeptInColourAndChromaIsNot() {
        float[] grey = new float[3 * 16];
        Arrays.fill(grey, 0.25f);
        float[] coloured = new float[grey.length];
        NoiseStream.initial(coloured, 1, SEED, 0);
        float[] kept = coloured.clone();
        new KnownPart.Brightness().replace(kept, grey);
        for (int pixel = 0; pixel < 16; pixel++) {
            assertThat(luma(kept, pixel)).isCloseTo(luma(grey, pixel), within(1e-6));
            double moved = luma(kept, pixel) - luma(coloured, pixel);
            double lengthSquared = 0;
            for (int channel = 0; channel < 3; channel++) {
                double change = kept[channel * 16 + pixel] - coloured[channel * 16 + pixel];
                lengthSquared += change * change;
            }
            // The shortest change that moves the brightness as far is the one along it alone.
            assertThat(Math.sqrt(lengthSquared))
                    .isCloseTo(
                            Math.abs(moved) / Math.sqrt(0.2989 * 0.2989 + 0.587 * 0.587 + 0.114 * 0.114), within(1e-5));
        }
    }

    private static double luma(float[] rgb, int pixel) {
        return 0.2989 * rgb[pixel] + 0.587 * rgb[16 + pixel] + 0.114 * rgb[32 + pixel];
    }

    @Test
    void pictureThatIsCutOffAtTheEndsOfItsRangeStillHasItsBlockMeans() {
        float[] reference = ramp();
        reference[0] = 1;
        KnownPart.BlockMeans part = new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), SIDE);
        float[] fitted = fitted(part, reference);
        float[] replaced = fitted.clone();
        part.replace(replaced, reference);
        assertThat(fitted).containsExactly(replaced, within(1e-6f));
    }

    @Test
    void pictureThatIsCutOffAtTheEndsOfItsRangeStillHasItsBrightness() {
        float[] grey = new float[3 * 16];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = i % 16 / 7.5f - 1;
        }
        float[] fitted = fitted(new KnownPart.Brightness(), grey);
        for (int pixel = 0; pixel < 16; pixel++) {
            assertThat(luma(fitted, pixel)).isCloseTo(luma(grey, pixel), within(1e-6));
        }
    }

    /** Noise with what is known of a reference, as an edit fits it into the range of pictures. */
    private static float[] fitted(KnownPart part, float[] reference) {
        float[] picture = new float[reference.length];
        NoiseStream.initial(picture, 1, SEED, 0);
        part.replace(picture, reference);
        assertThat(outside(picture)).isPositive();
        float[] before = picture.clone();
        float[] fitted = keep(part, reference).fitted(picture);
        assertThat(picture).isEqualTo(before);
        assertThat(outside(fitted)).isZero();
        return fitted;
    }

    private static long outside(float[] picture) {
        return IntStream.range(0, picture.length)
                .filter(i -> !(Math.abs(picture[i]) <= 1))
                .count();
    }

    @Test
    void valuesWithinTheirRangeStayAsTheyAre() {
        float[] picture = ramp();
        picture[picture.length - 1] = 1.5f;
        float[] reference = ramp();
        new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), SIDE).replace(reference, picture);
        KnownPart part = new KnownPart.BlockMeans(SPEC.height(), SPEC.width(), SIDE);
        float[] fitted = keep(part, reference).fitted(picture);
        assertThat(Arrays.copyOf(fitted, fitted.length - SIDE * SPEC.width()))
                .isEqualTo(Arrays.copyOf(picture, picture.length - SIDE * SPEC.width()));
        // What the last value loses goes to the others of its block, to each the same.
        assertThat(fitted[fitted.length - 2]).isCloseTo(picture[fitted.length - 2] + 0.5f / 15, within(1e-6f));
        assertThat(keep(leftHalf(), reference).fitted(picture)).isEqualTo(picture);
    }

    @Test
    void interpolationLeadsFromOneSeedsPictureToTheOthers() {
        long other = 77;
        StepPlan plan = plan(SPEC, Sampler.GAMMA, 3);
        List<float[]> path = walk(new GaussianModel(), plan, BRIGHT, new Edit.Between(other, TRAJECTORIES));
        float[] first = single(plan, new Edit.Between(other, TRAJECTORIES), 0);
        assertThat(path.get(0)).isEqualTo(first).isEqualTo(single(plan, Edit.NONE, 0));
        float[] x = new float[DIMENSION];
        new Edit.Between(other, TRAJECTORIES).begin(x, 80, SEED, TRAJECTORIES - 1);
        float[] end = new float[DIMENSION];
        NoiseStream.initial(end, 80, other, 0);
        assertThat(x).containsExactly(end, within(1e-4f));
    }

    @Test
    void interpolationStaysOnTheSphere() {
        for (int sample = 0; sample < 9; sample++) {
            float[] x = new float[DIMENSION];
            new Edit.Between(99, 9).begin(x, 80, SEED, sample);
            double length = length(x);
            float[] a = new float[DIMENSION];
            float[] b = new float[DIMENSION];
            NoiseStream.initial(a, 80, SEED, 0);
            NoiseStream.initial(b, 80, 99, 0);
            assertThat(length).isBetween(0.97 * Math.min(length(a), length(b)), 1.03 * Math.max(length(a), length(b)));
        }
    }

    @Test
    void interpolationBetweenEqualSeedsStandsStill() {
        float[] x = new float[DIMENSION];
        new Edit.Between(SEED, 3).begin(x, 80, SEED, 1);
        float[] same = new float[DIMENSION];
        NoiseStream.initial(same, 80, SEED, 0);
        assertThat(x).containsExactly(same, within(1e-3f));
    }

    @Test
    void noiseOfWhatIsKnownIsNotThatOfTheStep() {
        float[] step = new float[4096];
        NoiseStream.addNoise(step, 1, SEED, 0, 1);
        float[] edit = new float[4096];
        NoiseStream.addEditNoise(edit, 1, SEED, 0, 1);
        double product = 0;
        for (int i = 0; i < step.length; i++) {
            product += step[i] * edit[i];
        }
        assertThat(product / step.length).isCloseTo(0, within(5 / Math.sqrt(step.length)));
    }

    @Test
    void editedPictureDoesNotDependOnItsCompany() {
        StepPlan plan = plan(SPEC, Sampler.GAMMA, 4);
        Edit edit = keep(leftHalf(), ramp());
        float[] alone = single(plan, edit, 5);
        assertThat(walk(new GaussianModel(), plan, BRIGHT, edit).get(5)).isEqualTo(alone);
    }

    private static float[] single(StepPlan plan, Edit edit, int sample) {
        StepExecutor executor = new StepExecutor(new GaussianModel(), 1);
        Walk walk = new Walk(plan, BRIGHT, SEED, sample, edit);
        while (!walk.isFinished()) {
            walk.take(executor.run(List.of(walk.next(true))).get(0));
        }
        return walk.x();
    }

    private static List<float[]> walk(CtmModel model, StepPlan plan, int label, Edit edit) {
        StepExecutor executor = new StepExecutor(model, 1);
        List<Walk> walks = new ArrayList<>();
        for (int sample = 0; sample < TRAJECTORIES; sample++) {
            walks.add(new Walk(plan, label, SEED, sample, edit));
        }
        while (!walks.get(0).isFinished()) {
            List<StepResult> results =
                    executor.run(walks.stream().map(walk -> walk.next(false)).toList());
            for (int i = 0; i < walks.size(); i++) {
                walks.get(i).take(results.get(i));
            }
        }
        return walks.stream().map(Walk::x).toList();
    }

    private static StepPlan plan(ModelSpec spec, Sampler sampler, int steps) {
        return StepPlans.plan(sampler, sampler.defaultGamma(), steps, spec.sigmaMin(), spec.sigmaMax(), spec.rho());
    }

    private static Edit keep(KnownPart part, float[] reference) {
        return new Edit.Keep(part, reference);
    }

    private static KnownPart leftHalf() {
        BitSet left = new BitSet(DIMENSION);
        for (int i = 0; i < DIMENSION; i++) {
            left.set(i, GaussianPairs.isLeft(i));
        }
        return new KnownPart.PixelSet(left, DIMENSION);
    }

    private static int known(KnownPart part) {
        return part instanceof KnownPart.PixelSet ? DIMENSION / 2 : DIMENSION / (SIDE * SIDE);
    }

    private static float[] ramp() {
        float[] ramp = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            ramp[i] = (float) i / DIMENSION - 0.5f;
        }
        return ramp;
    }

    private static double length(float[] x) {
        double squares = 0;
        for (float value : x) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }
}
