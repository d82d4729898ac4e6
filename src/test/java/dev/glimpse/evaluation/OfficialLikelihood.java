package dev.glimpse.evaluation;

import ai.djl.Device;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.GoldenNet;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.SafeTensors;
import dev.glimpse.model.TorchScriptDenoiser;
import dev.glimpse.testing.GoldenFiles;
import dev.glimpse.testing.GoldenTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The numbers recorded from the official likelihood script, and the network and noise that they come from. */
final class OfficialLikelihood {
    private static final GoldenNet NET = net();
    static final ModelSpec SPEC = NET.spec();

    final GoldenTensors numbers = GoldenTensors.load("likelihood_song_uncond");

    private static GoldenNet net() {
        try {
            return GoldenNet.of("song_uncond");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DifferentiableDenoiser model() {
        return TorchScriptDenoiser.load(SPEC, NET.config(), NET.weights(), Device.cpu());
    }

    int pictures() {
        return numbers.bytes("x0_uint8").length / SPEC.dimension();
    }

    float[] picture(String name, int picture) {
        return slice(numbers.floats(name), picture);
    }

    /** Evaluations of the right-hand side that the official solver took. */
    int evaluations(String tag) throws IOException {
        return (int) SafeTensors.read(GoldenFiles.file("likelihood_song_uncond.safetensors"))
                .tensors()
                .get(tag + "/nfev")
                .floats()[0];
    }

    /** Recorded pictures followed by a log determinant of 0 for each: the state of the official equation. */
    double[] state(String name) {
        float[] x = numbers.floats(name);
        double[] state = new double[x.length + pictures()];
        for (int i = 0; i < x.length; i++) {
            state[i] = x[i];
        }
        return state;
    }

    /** The official right-hand side: all pictures as one equation, with one step size for all. */
    RightHandSide joint(DifferentiableDenoiser model) {
        CurvedTime time = CurvedTime.of(SPEC);
        float[] eps = numbers.floats("eps");
        int[] labels = new int[pictures()];
        Arrays.fill(labels, JumpBatch.NO_LABEL);
        return (tau, y) -> {
            float[] x = new float[eps.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) y[i];
            }
            float[] times = new float[pictures()];
            Arrays.fill(times, (float) time.sigma(tau));
            float[] g = new float[x.length];
            float[] products = new float[x.length];
            model.denoise(new JumpBatch(pictures(), x, times, times, labels), eps, g, products);
            double factor = time.slope(tau) / time.sigma(tau);
            double[] slope = new double[y.length];
            for (int i = 0; i < x.length; i++) {
                slope[i] = factor * (x[i] - (double) g[i]);
                slope[x.length + i / SPEC.dimension()] += factor * eps[i] * ((double) eps[i] - products[i]);
            }
            return slope;
        };
    }

    /** The official mode "wrong": from the picture itself, without a residual. */
    List<PreparedPicture> plain() {
        return prepared(0, Double.NaN);
    }

    /**
     * The official mode "correct".
     *
     * @param residualSigma standard deviation of the residual's noise
     */
    List<PreparedPicture> noisy(double residualSigma) {
        return prepared(CurvedTime.of(SPEC).sigma(CurvedTime.START), residualSigma);
    }

    private List<PreparedPicture> prepared(double startSigma, double residualSigma) {
        List<PreparedPicture> pictures = new ArrayList<>();
        for (int i = 0; i < pictures(); i++) {
            float[] clean = picture("x0", i);
            float[] z = picture("z_init", i);
            double[] start = new double[clean.length];
            for (int j = 0; j < start.length; j++) {
                start[j] = clean[j] + startSigma * z[j];
            }
            PreparedPicture.Residual residual = Double.isNaN(residualSigma)
                    ? null
                    : PreparedPicture.Residual.of(clean, picture("z_residual", i), residualSigma);
            pictures.add(
                    new PreparedPicture(i, JumpBatch.NO_LABEL, start, new float[][] {picture("eps", i)}, residual));
        }
        return pictures;
    }

    static LikelihoodSettings settings(Integrator integrator) {
        return new LikelihoodSettings(integrator, Dequantisation.NONE, CellSize.OFFICIAL, Probe.RADEMACHER, 1, 0);
    }

    static float[] slice(float[] all, int picture) {
        return Arrays.copyOfRange(all, picture * SPEC.dimension(), (picture + 1) * SPEC.dimension());
    }
}
