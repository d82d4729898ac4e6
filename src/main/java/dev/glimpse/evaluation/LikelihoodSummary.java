package dev.glimpse.evaluation;

import java.util.OptionalDouble;

/** Mean and standard errors over many pictures, in bits per dimension. Not thread-safe. */
public final class LikelihoodSummary {
    private int count;
    private double mean;
    private double squaredDeviations;
    private double probeVariances;
    private boolean probesHaveErrors = true;
    private long evaluations;

    /** Takes in one more picture. */
    public void add(PictureLikelihood picture) {
        count++;
        // Welford's recurrence: no difference of large sums.
        double before = picture.bitsPerDimension() - mean;
        mean += before / count;
        squaredDeviations += before * (picture.bitsPerDimension() - mean);
        double error = picture.standardError().orElse(0);
        probeVariances += error * error;
        probesHaveErrors &= picture.standardError().isPresent();
        evaluations += picture.evaluations();
    }

    /** Number of pictures. */
    public int count() {
        return count;
    }

    /** Mean over the pictures; empty without one. */
    public OptionalDouble bitsPerDimension() {
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(mean);
    }

    /** Of the mean, had these pictures been scored with other probes; empty where a picture has one probe alone. */
    public OptionalDouble probeError() {
        return count == 0 || !probesHaveErrors
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.sqrt(probeVariances) / count);
    }

    /** Of the mean, had other pictures of the same kind been scored: all sources of chance; empty for one picture. */
    public OptionalDouble pictureError() {
        return count < 2
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.sqrt(squaredDeviations / (count - 1) / count));
    }

    /** Evaluations of the network, over all pictures. */
    public long evaluations() {
        return evaluations;
    }
}
