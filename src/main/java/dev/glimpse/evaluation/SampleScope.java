package dev.glimpse.evaluation;

/**
 * What an evaluation gathers of each setting.
 *
 * @param count samples of the whole evaluation, all shards together
 * @param dimension values of a feature vector
 * @param classes that the feature network gives probabilities of; 0 for none
 * @param tallied whether these are the classes that the model is asked for
 * @param splits parts that the class score is computed on
 * @param kept feature vectors that are kept, those of the first samples, or of pictures spread over a data set
 */
public record SampleScope(int count, int dimension, int classes, boolean tallied, int splits, int kept) {
    public SampleScope {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: at least 1)");
        }
        if (splits < 1) {
            throw new IllegalArgumentException("splits: " + splits + " (expected: at least 1)");
        }
        int most = Integer.MAX_VALUE / Float.BYTES / Math.max(1, dimension);
        if (kept > most) {
            throw new IllegalArgumentException("kept: " + kept + " (expected: at most " + most + " feature vectors of "
                    + dimension + " values; decided by --neighbours)");
        }
    }
}
