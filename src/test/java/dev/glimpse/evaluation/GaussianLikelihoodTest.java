package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.evaluation.FixedSteps.Scheme;
import dev.glimpse.model.JumpBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Likelihoods where the exact ones are known: normal data. */
class GaussianLikelihoodTest {
    private static final int SIDE = 8;
    private static final GaussianDenoiser ROUND = GaussianDenoiser.of(SIDE, 0, 0.4, 0.4);
    private static final GaussianDenoiser SPIKED = GaussianDenoiser.of(SIDE, 0, 0.1, 2);
    private static final GaussianDenoiser DARK = GaussianDenoiser.of(SIDE, -0.2, 0.4, 0.4);
    private static final CurvedTime TIME = CurvedTime.of(ROUND.spec());
    private static final double NATS = ROUND.spec().dimension() * Math.log(2);

    @Test
    void isotropicDataHaveTheirAnalyticBits() {
        // Signs are exact where the Jacobian is a multiple of the identity: one probe is enough.
        LikelihoodSettings settings = settings(new DormandPrince(1e-6), Dequantisation.NONE, Probe.RADEMACHER, 1);

        for (PictureLikelihood picture : score(ROUND, settings, 12)) {
            double exact = bits(ROUND.logDensity(start(picture.index(), settings), TIME.sigma(CurvedTime.START)));
            assertThat(picture.bitsPerDimension()).isCloseTo(exact, within(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource({"EULER,1,64", "HEUN,2,64", "RK4,4,16"})
    void halvedStepDividesTheErrorByTwoToTheOrder(Scheme scheme, int order, int steps) {
        double coarse = error(scheme, steps);
        double fine = error(scheme, 2 * steps);

        assertThat(coarse / fine).isBetween(0.7 * Math.pow(2, order), 1.4 * Math.pow(2, order));
    }

    private static double error(Scheme scheme, int steps) {
        LikelihoodSettings rough = settings(new FixedSteps(scheme, steps), Dequantisation.NONE, Probe.RADEMACHER, 1);
        LikelihoodSettings exact = settings(new DormandPrince(1e-9), Dequantisation.NONE, Probe.RADEMACHER, 1);
        return Math.abs(score(ROUND, rough, 1).get(0).bitsPerDimension()
                - score(ROUND, exact, 1).get(0).bitsPerDimension());
    }

    @ParameterizedTest
    @EnumSource
    void errorsOfCorrelatedDataAreThoseThatTheStandardErrorTells(Probe probe) {
        // Many, because a single estimate is as skewed as a chi-squared number of one degree of freedom.
        LikelihoodSettings settings = settings(new DormandPrince(1e-5), Dequantisation.NONE, probe, 500);
        double squares = 0;
        List<PictureLikelihood> pictures = score(SPIKED, settings, 12);
        for (PictureLikelihood picture : pictures) {
            double exact = bits(SPIKED.logDensity(start(picture.index(), settings), TIME.sigma(CurvedTime.START)));
            double score = (picture.bitsPerDimension() - exact)
                    / picture.standardError().orElseThrow();
            squares += score * score;
        }
        // Chi-squared with 12 degrees of freedom, over 12: outside once in more than a thousand seeds. A single score
        // says
        // less: an estimate from few large terms errs together with its own standard error.
        assertThat(squares / pictures.size()).isBetween(0.17, 2.8);
    }

    @Test
    void meanOverPicturesIsWithinBothStandardErrors() {
        LikelihoodSettings settings = settings(new DormandPrince(1e-5), Dequantisation.NONE, Probe.RADEMACHER, 10);
        LikelihoodSummary summary = new LikelihoodSummary();
        double exact = 0;
        List<PictureLikelihood> pictures = score(SPIKED, settings, 12);
        for (PictureLikelihood picture : pictures) {
            summary.add(picture);
            exact += bits(SPIKED.logDensity(start(picture.index(), settings), TIME.sigma(CurvedTime.START)))
                    / pictures.size();
        }
        double deviation = Math.abs(summary.bitsPerDimension().orElseThrow() - exact);
        assertThat(deviation).isLessThan(4 * summary.probeError().orElseThrow());
        assertThat(summary.probeError().orElseThrow())
                .isLessThan(summary.pictureError().orElseThrow());
    }

    @Test
    void theLowerBoundOfAnExactDenoiserIsTightWithinItsStandardError() {
        LikelihoodSettings settings = settings(new DormandPrince(1e-5), Dequantisation.NONE, Probe.RADEMACHER, 1);
        try (Likelihood likelihood = new Likelihood(ROUND, settings)) {
            for (PictureLikelihood picture : likelihood.bound(pictures(12), 1000, (evaluated, done) -> {})) {
                double exact = bits(ROUND.logDensity(start(picture.index(), settings), TIME.sigma(CurvedTime.START)));
                double deviation = Math.abs(picture.bitsPerDimension() - exact);
                assertThat(deviation).isLessThan(4.5 * picture.standardError().orElseThrow());
            }
        }
    }

    @Test
    void uniformDequantisationGivesTheBitsOfThePictureItself() {
        LikelihoodSettings settings = settings(new DormandPrince(1e-5), Dequantisation.UNIFORM, Probe.RADEMACHER, 1);
        LikelihoodSummary summary = new LikelihoodSummary();
        double exact = 0;
        List<LabelledPicture> pictures = pictures(12);
        for (PictureLikelihood picture : score(ROUND, settings, 12)) {
            summary.add(picture);
            exact += cellBits(pictures.get(picture.index())) / pictures.size();
        }
        // A bound from above on average, and a close one: the density hardly changes within a cell.
        assertThat(summary.bitsPerDimension().orElseThrow()).isCloseTo(exact, within(2e-3));
    }

    /** -log2 of the probability of the cells around a picture's values, a value. */
    private static double cellBits(LabelledPicture picture) {
        int parts = 50;
        double bits = 0;
        double std = Math.hypot(ROUND.std(), TIME.sigma(CurvedTime.START));
        for (byte pixel : picture.pixels()) {
            double mass = 0;
            for (int part = 0; part < parts; part++) {
                double x = ((pixel & 0xFF) - 0.5 + (part + 0.5) / parts) / 127.5 - 1;
                double z = (x - ROUND.mean()) / std;
                mass += Math.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * std) / 127.5 / parts;
            }
            bits -= Math.log(mass) / Math.log(2) / picture.pixels().length;
        }
        return bits;
    }

    @ParameterizedTest
    @EnumSource(names = {"GAUSSIAN", "GAUSSIAN_AS_CODED"})
    void residualHasTheMeanThatTheoryGivesIt(Dequantisation dequantisation) {
        LikelihoodSettings settings = settings(new FixedSteps(Scheme.EULER, 1), dequantisation, Probe.RADEMACHER, 1);
        double sigma =
                dequantisation == Dequantisation.GAUSSIAN ? TIME.sigma(CurvedTime.START) : TIME.root(CurvedTime.START);
        List<Double> deviations = new ArrayList<>();
        for (PictureLikelihood picture : score(DARK, settings, 12)) {
            deviations.add(picture.residual() - expectedResidual(start(picture.index(), clean()), sigma));
        }
        double mean = deviations.stream().mapToDouble(d -> d).average().orElseThrow();
        double squares = deviations.stream().mapToDouble(d -> d * d).sum();
        assertThat(Math.abs(mean)).isLessThan(4 * Math.sqrt(squares) / deviations.size());
    }

    /** E R over the noise: |x_0 - g|^2 is (1-c)^2 |x_0 - mean|^2 + c^2 sigma^2 D with c = std^2 / (std^2 + sigma^2). */
    private static double expectedResidual(double[] clean, double sigma) {
        double keep = DARK.std() * DARK.std() / (DARK.std() * DARK.std() + sigma * sigma);
        double squares = 0;
        for (double value : clean) {
            double distance = (1 - keep) * (value - DARK.mean());
            squares += distance * distance + keep * keep * sigma * sigma;
        }
        return squares / (2 * sigma * sigma) - clean.length / 2.0;
    }

    @Test
    void residualAsCodedMakesTheResultBetterThanItIs() {
        LikelihoodSettings correct = settings(new DormandPrince(1e-4), Dequantisation.GAUSSIAN, Probe.RADEMACHER, 1);
        LikelihoodSettings coded =
                settings(new DormandPrince(1e-4), Dequantisation.GAUSSIAN_AS_CODED, Probe.RADEMACHER, 1);

        // Where the denoiser is right, all but its small error of the half a nat a dimension is given away.
        byte[] grey = new byte[ROUND.spec().dimension()];
        Arrays.fill(grey, (byte) 128);
        List<LabelledPicture> easy = List.of(new LabelledPicture(0, grey, JumpBatch.NO_LABEL));
        assertThat(mean(score(ROUND, coded, easy))).isLessThan(mean(score(ROUND, correct, easy)) - 0.2);
    }

    @Test
    void officialCellIsTheDifferenceOfTheLogarithms() {
        LikelihoodSettings exact = LikelihoodSettings.standard();
        LikelihoodSettings official = new LikelihoodSettings(
                exact.integrator(), exact.dequantisation(), CellSize.OFFICIAL, exact.probe(), 1, exact.seed());

        double difference = mean(score(ROUND, official, 1)) - mean(score(ROUND, exact, 1));

        assertThat(difference).isCloseTo(7 - Math.log(127.5) / Math.log(2), within(1e-12));
    }

    private static double mean(List<PictureLikelihood> pictures) {
        return pictures.stream()
                .mapToDouble(PictureLikelihood::bitsPerDimension)
                .average()
                .orElseThrow();
    }

    private static double bits(double logDensity) {
        return -logDensity / NATS + Math.log(127.5) / Math.log(2);
    }

    private static LikelihoodSettings clean() {
        return settings(new FixedSteps(Scheme.EULER, 1), Dequantisation.NONE, Probe.RADEMACHER, 1);
    }

    private static double[] start(int index, LikelihoodSettings settings) {
        return PreparedPicture.of(pictures(12).get(index), TIME, settings).start();
    }

    private static List<LabelledPicture> pictures(int count) {
        return Pictures.of(count, ROUND.spec().dimension(), 5);
    }

    private static List<PictureLikelihood> score(GaussianDenoiser model, LikelihoodSettings settings, int count) {
        return score(model, settings, pictures(count));
    }

    private static List<PictureLikelihood> score(
            GaussianDenoiser model, LikelihoodSettings settings, List<LabelledPicture> pictures) {
        try (Likelihood likelihood = new Likelihood(model, settings)) {
            return likelihood.score(pictures, (evaluated, done) -> {});
        }
    }

    private static LikelihoodSettings settings(
            Integrator integrator, Dequantisation dequantisation, Probe probe, int probes) {
        return new LikelihoodSettings(integrator, dequantisation, CellSize.EXACT, probe, probes, 7);
    }
}
