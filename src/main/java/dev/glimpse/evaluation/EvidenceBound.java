package dev.glimpse.evaluation;

import dev.glimpse.evaluation.SharedForwards.Answer;
import dev.glimpse.evaluation.SharedForwards.Denoiser;
import dev.glimpse.evaluation.SharedForwards.Question;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.ModelSpec;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The evidence lower bound of one picture's log likelihood: the diffusion's own bound, estimated at random times in
 * place of the solution of an ODE (Song et al. 2021, "Maximum likelihood training of score-based diffusion models",
 * theorem 3).
 *
 * <p>With q = sigma^(1/rho), a pass draws u uniform in (0, 1), normal z and z', and a probe e, and takes
 *
 * <pre>
 * q = (q_1 / q_min)^u q_min        sigma = q^rho, log-uniform from sigma(tau_min) to sigma_max
 * Z = 2 rho ln(q_1 / q_min)        s = (g(x, sigma, sigma) - x) / sigma^2 at x = x_0 + sigma z
 * log p >= log N(x_0 + sigma_max z'; 0, sigma_max^2) - Z e^T d(sigma^2 s)/dx e - Z/2 |sigma s|^2 - R
 * </pre>
 *
 * whose mean over the passes is the bound. R is the residual of {@link Dequantisation#GAUSSIAN}, or the official one.
 *
 * <p>Solved on a solver's thread.
 *
 * @param picture its probes are not used: each pass has its own
 */
record EvidenceBound(ModelSpec spec, CurvedTime time, PreparedPicture picture, List<Pass> passes) {
    /** Above every block of the noise that prepares a picture. */
    private static final int FIRST_NOISE = LikelihoodSettings.MAX_PROBES + 2;

    /** The noise of one pass; u in (0, 1), the vectors of D values. */
    record Pass(double u, float[] z, float[] end, float[] probe) {
        /** Draws all of it from the streams of the picture's index. */
        static Pass draw(int number, int picture, int dimension, LikelihoodSettings settings) {
            double[] u = new double[1];
            float[] z = new float[dimension];
            float[] end = new float[dimension];
            float[] probe = new float[dimension];
            // The first block of uniforms dequantises.
            NoiseStream.scoringUniforms(u, settings.seed(), picture, number + 1);
            NoiseStream.scoringNormals(z, settings.seed(), picture, FIRST_NOISE + 3 * number);
            NoiseStream.scoringNormals(end, settings.seed(), picture, FIRST_NOISE + 3 * number + 1);
            if (settings.probe() == Probe.RADEMACHER) {
                NoiseStream.scoringSigns(probe, settings.seed(), picture, number);
            } else {
                NoiseStream.scoringNormals(probe, settings.seed(), picture, FIRST_NOISE + 3 * number + 2);
            }
            return new Pass(u[0], z, end, probe);
        }
    }

    /** The bound in bits per dimension, with its standard error over the passes. */
    PictureLikelihood solve(CellSize cell, Denoiser denoiser) {
        double residual =
                picture.residualNats(denoiser, new float[][] {passes.get(0).probe()});
        double[] centre = picture.centre();
        double[] bounds = new double[passes.size()];
        double prior = 0;
        for (int i = 0; i < bounds.length; i++) {
            double end = priorLogDensity(passes.get(i), centre);
            prior += end / bounds.length;
            bounds[i] = end + path(passes.get(i), centre, denoiser);
        }
        double mean = Estimates.mean(bounds);
        double nats = spec.dimension() * Math.log(2);
        OptionalDouble error = Estimates.standardError(bounds);
        return new PictureLikelihood(
                picture.index(),
                -(mean - residual) / nats + cell.bits(),
                error.isPresent() ? OptionalDouble.of(error.getAsDouble() / nats) : error,
                prior,
                mean - prior,
                residual,
                passes.size());
    }

    private double priorLogDensity(Pass pass, double[] centre) {
        double[] end = new double[spec.dimension()];
        for (int i = 0; i < end.length; i++) {
            end[i] = centre[i] + spec.sigmaMax() * pass.end()[i];
        }
        return ProbabilityFlow.priorLogDensity(end, end.length, spec.sigmaMax());
    }

    /** -Z e^T d(sigma^2 s)/dx e - Z/2 |sigma s|^2, where sigma^2 s = g - x. */
    private double path(Pass pass, double[] centre, Denoiser denoiser) {
        double bottom = time.root(CurvedTime.START);
        double ratio = time.root(CurvedTime.END) / bottom;
        double sigma = Math.pow(Math.pow(ratio, pass.u()) * bottom, time.rho());
        float[] x = new float[spec.dimension()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (centre[i] + sigma * pass.z()[i]);
        }
        Answer answer = denoiser.ask(new Question(x, sigma, picture.label(), new float[][] {pass.probe()}));
        double divergence = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            divergence += pass.probe()[i] * ((double) answer.products()[0][i] - pass.probe()[i]);
            double scaledScore = ((double) answer.g()[i] - x[i]) / sigma;
            squares += scaledScore * scaledScore;
        }
        double rate = 2 * time.rho() * Math.log(ratio);
        double path = -rate * divergence - rate / 2 * squares;
        if (!Double.isFinite(path)) {
            throw new IllegalStateException("picture " + picture.index() + ": the model's answer at time " + sigma
                    + " is not finite (expected: finite)");
        }
        return path;
    }
}
