package dev.glimpse.math;

/**
 * The scalings that keep a network's input and target at unit variance at every time, EDM paper (Karras et al. 2022)
 * table 1.
 *
 * <p>With them g(x, t, s) = cSkip(t) x + cOut(t) F(cIn(t) x, cNoise(t), cNoise(s)), where F is the raw network.
 *
 * @param sigmaData standard deviation of the data, more than 0
 */
public record Preconditioning(double sigmaData) {
    public Preconditioning {
        if (!(sigmaData > 0 && sigmaData <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("sigmaData: " + sigmaData + " (expected: more than 0, finite)");
        }
    }

    /** 1 / sqrt(t^2 + sigma_data^2). */
    public double cIn(double t) {
        return 1 / Math.sqrt(t * t + sigmaData * sigmaData);
    }

    /** sigma_data^2 / (t^2 + sigma_data^2). */
    public double cSkip(double t) {
        return sigmaData * sigmaData / (t * t + sigmaData * sigmaData);
    }

    /** t sigma_data / sqrt(t^2 + sigma_data^2). */
    public double cOut(double t) {
        return t * sigmaData / Math.sqrt(t * t + sigmaData * sigmaData);
    }

    /**
     * (t^2 + sigma_data^2) / (t sigma_data)^2, the weight that gives the denoiser's loss the same scale at every time.
     */
    public double lossWeight(double t) {
        return (t * t + sigmaData * sigmaData) / (t * t * sigmaData * sigmaData);
    }

    /**
     * ln(t) / 4, the value a time enters the network's embedding as.
     *
     * @param t more than 0: at 0 the embedding would not be finite
     */
    public static double cNoise(double t) {
        if (!(t > 0)) {
            throw new IllegalArgumentException("t: " + t + " (expected: more than 0)");
        }
        return StrictMath.log(t) / 4;
    }
}
