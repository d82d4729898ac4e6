package dev.glimpse.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.evaluation.FixedSteps.Scheme;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Likelihoods against the numbers of the official script, from its own noise: bits per dimension within 1e-4. */
class GoldenLikelihoodTest {
    private static final double BITS = 1e-4;
    private static final CurvedTime TIME = CurvedTime.of(OfficialLikelihood.SPEC);
    private static DifferentiableDenoiser model;

    private final OfficialLikelihood official = new OfficialLikelihood();

    @BeforeAll
    static void load() {
        model = OfficialLikelihood.model();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void oneEvaluationOfTheEquationEqualsTheOfficialOne() {
        double tau = official.numbers.floats("rhs/t")[0];
        double[] drift = official.numbers.doubles("rhs/drift");
        float[] divergence = official.numbers.floats("rhs/div");
        int dimension = OfficialLikelihood.SPEC.dimension();

        double[] slope = official.joint(model).derivative(tau, official.state("rhs/x"));

        double largest = Arrays.stream(drift).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < drift.length; i++) {
            assertThat(slope[i]).isCloseTo(drift[i], within(1e-4 * largest));
        }
        for (int i = 0; i < official.pictures(); i++) {
            assertThat(slope[official.pictures() * dimension + i])
                    .isCloseTo(divergence[i], within(1e-4 * Math.abs(divergence[i])));
        }
    }

    @ParameterizedTest
    @CsvSource({"fixed_euler20_wrong,EULER,20", "fixed_heun20_wrong,HEUN,20", "fixed_rk440_wrong,RK4,40"})
    void fixedStepsFromThePictureItselfEqualTheOfficialOnes(String tag, Scheme scheme, int steps) {
        List<PictureLikelihood> found = solve(official.plain(), new FixedSteps(scheme, steps));

        assertEquals(found, tag, "bpd_no_residual", 0);
    }

    @Test
    void fixedStepsFromTheNoisyPictureEqualTheOfficialOnes() {
        double sigma = official.numbers.floats("std_tmin_as_used_in_residual")[0];
        double nats = OfficialLikelihood.SPEC.dimension() * Math.log(2);

        List<PictureLikelihood> found = solve(official.noisy(sigma), new FixedSteps(Scheme.HEUN, 20));

        List<PictureLikelihood> bare = new ArrayList<>();
        for (PictureLikelihood picture : found) {
            bare.add(new PictureLikelihood(
                    picture.index(),
                    picture.bitsPerDimension() - picture.residual() / nats,
                    picture.standardError(),
                    picture.priorLogDensity(),
                    picture.logDeterminant(),
                    0,
                    picture.evaluations()));
        }
        assertEquals(bare, "fixed_heun20_correct", "bpd_no_residual", 0);
    }

    @Test
    void bothResidualsEqualTheOfficialOnes() {
        double coded = official.numbers.floats("std_tmin_as_used_in_residual")[0];
        double fixed = official.numbers.floats("std_tmin_as_used_in_ode")[0];
        assertThat(TIME.root(CurvedTime.START)).isCloseTo(coded, within(1e-6));
        assertThat(TIME.sigma(CurvedTime.START)).isCloseTo(fixed, within(1e-8));

        assertResiduals(coded, official.numbers.doubles("rk45_correct_1e-3/residual_as_coded"));
        assertResiduals(fixed, official.numbers.doubles("residual_fixed_std"));
    }

    private void assertResiduals(double sigma, double[] expected) {
        List<PictureLikelihood> found = solve(official.noisy(sigma), new FixedSteps(Scheme.EULER, 1));
        for (int i = 0; i < expected.length; i++) {
            // In bits per dimension, as the result takes it up.
            double nats = OfficialLikelihood.SPEC.dimension() * Math.log(2);
            assertThat(found.get(i).residual() / nats).isCloseTo(expected[i] / nats, within(BITS));
        }
    }

    @ParameterizedTest
    @CsvSource({"rk45_wrong_1e-3,1e-3", "rk45_wrong_1e-5,1e-5"})
    void dormandPrinceOnTheWholeBatchEqualsTheOfficialSolver(String tag, double tolerance) throws IOException {
        int dimension = OfficialLikelihood.SPEC.dimension();
        int[] evaluations = {0};
        RightHandSide joint = official.joint(model);
        double[] end = new DormandPrince(tolerance)
                .solve(
                        (tau, y) -> {
                            evaluations[0]++;
                            return joint.derivative(tau, y);
                        },
                        CurvedTime.START,
                        CurvedTime.END,
                        official.state("x0"));

        double[] bits = official.numbers.doubles(tag + "/bpd");
        for (int i = 0; i < bits.length; i++) {
            double prior = ProbabilityFlow.priorLogDensity(
                    Arrays.copyOfRange(end, i * dimension, (i + 1) * dimension),
                    dimension,
                    OfficialLikelihood.SPEC.sigmaMax());
            double determinant = end[official.pictures() * dimension + i];
            assertThat(-(prior + determinant) / (dimension * Math.log(2)) + CellSize.OFFICIAL.bits())
                    .isCloseTo(bits[i], within(BITS));
        }
        assertThat(evaluations[0]).isEqualTo(official.evaluations(tag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rk45_wrong_1e-3", "rk45_wrong_1e-5"})
    void dormandPrinceOfEachPictureAgreesWithTheOfficialBatchWithinItsTolerance(String tag) {
        double tolerance = Double.parseDouble(tag.substring(tag.lastIndexOf('_') + 1));
        List<PictureLikelihood> found = solve(official.plain(), new DormandPrince(tolerance));

        double[] bits = official.numbers.doubles(tag + "/bpd");
        for (int i = 0; i < bits.length; i++) {
            assertThat(found.get(i).bitsPerDimension()).isCloseTo(bits[i], within(tolerance * bits[i]));
        }
    }

    @Test
    void officialDefaultModeIsReproducedWithItsBug() {
        double sigma = official.numbers.floats("std_tmin_as_used_in_residual")[0];
        double[] bits = official.numbers.doubles("rk45_correct_1e-3/bpd");

        List<PictureLikelihood> found = solve(official.noisy(sigma), new DormandPrince(1e-3));

        for (int i = 0; i < bits.length; i++) {
            assertThat(found.get(i).bitsPerDimension()).isCloseTo(bits[i], within(1e-3 * bits[i]));
        }
    }

    @Test
    void theLowerBoundEqualsTheOfficialOne() {
        double sigma = official.numbers.floats("std_tmin_as_used_in_residual")[0];
        float[] u = official.numbers.floats("elbo/u");
        double[] bits = official.numbers.doubles("elbo/bpd");
        List<EvidenceBound> bounds = new ArrayList<>();
        for (int i = 0; i < bits.length; i++) {
            PreparedPicture.Residual residual = PreparedPicture.Residual.of(
                    official.picture("x0", i), official.picture("elbo/z_residual", i), sigma);
            EvidenceBound.Pass pass = new EvidenceBound.Pass(
                    u[i], official.picture("elbo/z", i), official.picture("elbo/z_T", i), official.picture("eps", i));
            PreparedPicture picture =
                    new PreparedPicture(i, JumpBatch.NO_LABEL, new double[pass.z().length], new float[0][], residual);
            bounds.add(new EvidenceBound(OfficialLikelihood.SPEC, TIME, picture, List.of(pass)));
        }

        try (Likelihood likelihood =
                new Likelihood(model, OfficialLikelihood.settings(new FixedSteps(Scheme.EULER, 1)))) {
            List<PictureLikelihood> found = likelihood.bound(bounds, (evaluated, done) -> {});
            for (int i = 0; i < bits.length; i++) {
                assertThat(found.get(i).bitsPerDimension()).isCloseTo(bits[i], within(BITS));
            }
        }
    }

    @Test
    void cleanPictureIsTheOfficialOne() {
        float[] clean = PreparedPicture.clean(official.numbers.bytes("x0_uint8"));
        float[] expected = official.numbers.floats("x0");
        for (int i = 0; i < expected.length; i++) {
            assertThat(clean[i]).isCloseTo(expected[i], within(1e-6f));
        }
    }

    private static List<PictureLikelihood> solve(List<PreparedPicture> pictures, Integrator integrator) {
        try (Likelihood likelihood = new Likelihood(model, OfficialLikelihood.settings(integrator))) {
            return likelihood.solve(pictures, (evaluated, done) -> {});
        }
    }

    private void assertEquals(List<PictureLikelihood> found, String tag, String name, double residual) {
        double[] bits = official.numbers.doubles(tag + "/" + name);
        double[] determinants = official.numbers.doubles(tag + "/delta_logp");
        double[] priors = official.numbers.doubles(tag + "/prior_logp");
        assertThat(found).hasSameSizeAs(bits);
        for (int i = 0; i < bits.length; i++) {
            assertThat(found.get(i).bitsPerDimension()).isCloseTo(bits[i], within(BITS));
            assertThat(found.get(i).logDeterminant())
                    .isCloseTo(determinants[i], within(BITS * Math.abs(determinants[i])));
            assertThat(found.get(i).priorLogDensity()).isCloseTo(priors[i], within(BITS * Math.abs(priors[i])));
            assertThat(found.get(i).residual()).isEqualTo(residual);
        }
    }
}
