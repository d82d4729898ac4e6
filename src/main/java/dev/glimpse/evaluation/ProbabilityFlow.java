package dev.glimpse.evaluation;

import dev.glimpse.evaluation.SharedForwards.Answer;
import dev.glimpse.evaluation.SharedForwards.Denoiser;
import dev.glimpse.evaluation.SharedForwards.Question;
import dev.glimpse.model.ModelSpec;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.hipparchus.exception.MathRuntimeException;

/**
 * The equation of one picture and its solution; the state is x followed by one log determinant for each probe.
 *
 * <p>Solved on a solver's thread; any thread may ask for the progress.
 */
final class ProbabilityFlow {
    private final ModelSpec spec;
    private final CurvedTime time;
    private final PreparedPicture picture;
    private volatile double progress;
    private int evaluations;

    ProbabilityFlow(ModelSpec spec, CurvedTime time, PreparedPicture picture) {
        this.spec = spec;
        this.time = time;
        this.picture = picture;
    }

    /** The share of the way from data to noise that is done, 0..1. */
    double progress() {
        return progress;
    }

    PictureLikelihood solve(LikelihoodSettings settings, Denoiser denoiser) {
        int dimension = spec.dimension();
        double[] end = integrate(settings.integrator(), denoiser);
        double prior = priorLogDensity(end, dimension, spec.sigmaMax());
        double residual = picture.residualNats(denoiser, picture.probes());
        double[] determinants = Arrays.copyOfRange(end, dimension, end.length);
        double determinant = Estimates.mean(determinants);
        double nats = dimension * Math.log(2);
        OptionalDouble error = Estimates.standardError(determinants);
        progress = 1;
        return new PictureLikelihood(
                picture.index(),
                -(prior + determinant - residual) / nats + settings.cellSize().bits(),
                error.isPresent() ? OptionalDouble.of(error.getAsDouble() / nats) : error,
                prior,
                determinant,
                residual,
                evaluations);
    }

    private double[] integrate(Integrator integrator, Denoiser denoiser) {
        double[] start = Arrays.copyOf(picture.start(), picture.start().length + picture.probes().length);
        try {
            return integrator.solve((tau, y) -> derivative(tau, y, denoiser), CurvedTime.START, CurvedTime.END, start);
        } catch (MathRuntimeException e) {
            throw new IllegalStateException(
                    "picture " + picture.index() + ": " + e.getMessage() + " (expected: a tolerance that " + integrator
                            + " can keep; a larger one usually helps)",
                    e);
        }
    }

    /** f(tau, x), and e^T (df/dx) e = sigma'/sigma (e^T e - e^T (dg/dx)^T e) for each probe e. */
    private double[] derivative(double tau, double[] y, Denoiser denoiser) {
        double sigma = time.sigma(tau);
        double factor = time.slope(tau) / sigma;
        float[] x = new float[spec.dimension()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) y[i];
        }
        Answer answer = denoiser.ask(new Question(x, sigma, picture.label(), picture.probes()));
        evaluations++;
        // A step may look ahead and then be taken back.
        progress = Math.max(progress, (tau - CurvedTime.START) / (CurvedTime.END - CurvedTime.START));
        double[] slope = new double[y.length];
        for (int i = 0; i < x.length; i++) {
            slope[i] = factor * (x[i] - (double) answer.g()[i]);
            requireFinite(slope[i], sigma);
        }
        for (int k = 0; k < picture.probes().length; k++) {
            slope[x.length + k] = factor * divergence(picture.probes()[k], answer.products()[k]);
            requireFinite(slope[x.length + k], sigma);
        }
        return slope;
    }

    private static double divergence(float[] probe, float[] product) {
        double sum = 0;
        for (int i = 0; i < probe.length; i++) {
            sum += probe[i] * ((double) probe[i] - product[i]);
        }
        return sum;
    }

    private void requireFinite(double value, double sigma) {
        if (!Double.isFinite(value)) {
            throw new IllegalStateException("picture " + picture.index() + ": the model's answer at time " + sigma
                    + " is " + value + " (expected: finite)");
        }
    }

    /** log N(z; 0, sigma_max^2) = -D/2 ln(2 pi sigma_max^2) - |z|^2 / (2 sigma_max^2). */
    static double priorLogDensity(double[] end, int dimension, double sigmaMax) {
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            squares += end[i] * end[i];
        }
        double variance = sigmaMax * sigmaMax;
        return -dimension / 2.0 * Math.log(2 * Math.PI * variance) - squares / (2 * variance);
    }
}
