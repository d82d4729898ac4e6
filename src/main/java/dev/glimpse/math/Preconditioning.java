package dev.glimpse.math;

/**
 * What keeps a denoiser's loss at one scale, EDM paper (Karras et al. 2022) table 1.
 *
 * @param sigmaData standard deviation of the data, more than 0
 */
public record Preconditioning(double sigmaData) {
    public Preconditioning {
        if (!(sigmaData > 0 && sigmaData <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("sigmaData: " + sigmaData + " (expected: more than 0, finite)");
        }
    }

    /**
     * (t^2 + sigma_data^2) / (t sigma_data)^2, the weight that gives the denoiser's loss the same scale at every time.
     */
    public double lossWeight(double t) {
        return (t * t + sigmaData * sigmaData) / (t * t * sigmaData * sigmaData);
    }
}
