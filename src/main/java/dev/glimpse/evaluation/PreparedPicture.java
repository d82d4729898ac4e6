package dev.glimpse.evaluation;

import dev.glimpse.evaluation.SharedForwards.Denoiser;
import dev.glimpse.evaluation.SharedForwards.Question;
import dev.glimpse.math.NoiseStream;
import org.jspecify.annotations.Nullable;

/**
 * A picture with all its noise drawn: nothing of chance is left in its likelihood.
 *
 * @param index of the picture in its data set
 * @param label class index, or -1 for none
 * @param start the point whose density is measured, D values
 * @param probes vectors of D values
 * @param residual what the dequantisation's share is computed from; null where there is none
 */
record PreparedPicture(
        int index,
        int label,
        double[] start,
        float[][] probes,
        @Nullable Residual residual) {
    private static final int START_NOISE = 0;
    private static final int RESIDUAL_NOISE = 1;
    private static final int FIRST_PROBE = 2;

    /**
     * Where the denoiser is asked for the dequantisation's share.
     *
     * @param clean x_0, the picture
     * @param noisy x_0 + sigma z with fresh z
     * @param sigma standard deviation of the noise
     */
    record Residual(float[] clean, float[] noisy, double sigma) {
        static Residual of(float[] clean, float[] z, double sigma) {
            float[] noisy = new float[clean.length];
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] = clean[i] + (float) sigma * z[i];
            }
            return new Residual(clean, noisy, sigma);
        }

        /**
         * R = |x_0 - g|^2 / (2 sigma^2) - D/2 in nats: minus the log density of x_0 given the noisy point, as the
         * denoiser tells it, less the entropy of the noise (the residual of the official code's eval_bpd.py, in its
         * mode "correct").
         */
        double nats(float[] g) {
            double squares = 0;
            for (int i = 0; i < g.length; i++) {
                double error = (double) clean[i] - g[i];
                squares += error * error;
            }
            return squares / (2 * sigma * sigma) - g.length / 2.0;
        }
    }

    /**
     * The dequantisation's own share R in nats; 0 where there is none.
     *
     * @param equallyMany probes, since all questions of a run bring the same number
     */
    double residualNats(Denoiser denoiser, float[][] equallyMany) {
        if (residual == null) {
            return 0;
        }
        Question question = new Question(residual.noisy(), residual.sigma(), label, equallyMany);
        return residual.nats(denoiser.ask(question).g());
    }

    /** The point before any normal noise, D values. */
    double[] centre() {
        if (residual == null) {
            return start;
        }
        double[] centre = new double[start.length];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = residual.clean()[i];
        }
        return centre;
    }

    /** Draws all noise from the streams of the picture's index. */
    static PreparedPicture of(LabelledPicture picture, CurvedTime time, LikelihoodSettings settings) {
        float[][] probes = new float[settings.probes()][picture.pixels().length];
        for (int i = 0; i < probes.length; i++) {
            if (settings.probe() == Probe.RADEMACHER) {
                NoiseStream.scoringSigns(probes[i], settings.seed(), picture.index(), i);
            } else {
                NoiseStream.scoringNormals(probes[i], settings.seed(), picture.index(), FIRST_PROBE + i);
            }
        }
        float[] clean = clean(picture.pixels());
        return new PreparedPicture(
                picture.index(),
                picture.label(),
                start(picture, clean, time, settings),
                probes,
                residual(picture, clean, time, settings));
    }

    /** x_0 = u / 127.5 - 1. */
    static float[] clean(byte[] pixels) {
        float[] clean = new float[pixels.length];
        for (int i = 0; i < clean.length; i++) {
            clean[i] = (pixels[i] & 0xFF) / 127.5f - 1;
        }
        return clean;
    }

    private static double[] start(
            LabelledPicture picture, float[] clean, CurvedTime time, LikelihoodSettings settings) {
        double[] start = new double[clean.length];
        switch (settings.dequantisation()) {
            case UNIFORM -> {
                NoiseStream.scoringUniforms(start, settings.seed(), picture.index(), START_NOISE);
                for (int i = 0; i < start.length; i++) {
                    // Around the value that the model was trained on, not above it.
                    start[i] = ((picture.pixels()[i] & 0xFF) + start[i] - 0.5) / 127.5 - 1;
                }
            }
            case NONE -> {
                for (int i = 0; i < start.length; i++) {
                    start[i] = clean[i];
                }
            }
            case GAUSSIAN, GAUSSIAN_AS_CODED -> {
                float[] z = new float[clean.length];
                NoiseStream.scoringNormals(z, settings.seed(), picture.index(), START_NOISE);
                double sigma = time.sigma(CurvedTime.START);
                for (int i = 0; i < start.length; i++) {
                    start[i] = clean[i] + sigma * z[i];
                }
            }
        }
        return start;
    }

    private static @Nullable Residual residual(
            LabelledPicture picture, float[] clean, CurvedTime time, LikelihoodSettings settings) {
        double sigma = switch (settings.dequantisation()) {
            case UNIFORM, NONE -> 0;
            case GAUSSIAN -> time.sigma(CurvedTime.START);
            case GAUSSIAN_AS_CODED -> time.root(CurvedTime.START);
        };
        if (sigma == 0) {
            return null;
        }
        float[] z = new float[clean.length];
        NoiseStream.scoringNormals(z, settings.seed(), picture.index(), RESIDUAL_NOISE);
        return Residual.of(clean, z, sigma);
    }
}
