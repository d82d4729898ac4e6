package dev.glimpse.evaluation;

/**
 * What a feature network made of some pictures.
 *
 * @param rows number of pictures
 * @param dimension values of one feature vector
 * @param features [rows, dimension]
 * @param probabilities of each class, [rows, classes]; empty where the network names none
 */
public record FeatureBlock(int rows, int dimension, float[] features, float[] probabilities) {
    public FeatureBlock {
        if (features.length != rows * dimension) {
            throw new IllegalArgumentException(
                    "features: " + features.length + " values (expected: " + rows + " rows of " + dimension + ")");
        }
    }

    /** Number of classes with a probability; 0 where the network names none. */
    public int classes() {
        return probabilities.length / rows;
    }

    /** The likeliest class of a picture. */
    int likeliest(int row) {
        int best = 0;
        for (int i = 1; i < classes(); i++) {
            if (probabilities[row * classes() + i] > probabilities[row * classes() + best]) {
                best = i;
            }
        }
        return best;
    }
}
