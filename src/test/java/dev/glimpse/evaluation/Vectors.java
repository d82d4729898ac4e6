package dev.glimpse.evaluation;

import java.util.Random;

/** Feature vectors of fixed seeds. */
final class Vectors {
    private Vectors() {}

    /** Correlated vectors: each value is a mix of the normals drawn for its row. */
    static float[] correlated(long seed, int rows, int dimension, double offset) {
        Random random = new Random(seed);
        double[] mix = random.doubles((long) dimension * dimension, -1, 1).toArray();
        float[] vectors = new float[rows * dimension];
        for (int row = 0; row < rows; row++) {
            double[] normal = new double[dimension];
            for (int i = 0; i < dimension; i++) {
                normal[i] = random.nextGaussian();
            }
            for (int i = 0; i < dimension; i++) {
                double value = offset;
                for (int j = 0; j < dimension; j++) {
                    value += mix[i * dimension + j] * normal[j];
                }
                vectors[row * dimension + i] = (float) value;
            }
        }
        return vectors;
    }

    static FeatureMoments moments(float[] vectors, int dimension) {
        FeatureMoments moments = new FeatureMoments(dimension);
        moments.add(vectors, vectors.length / dimension);
        return moments;
    }

    static FeatureSet set(float[] vectors, int dimension) {
        FeatureSet set = new FeatureSet(dimension);
        set.add(vectors, vectors.length / dimension);
        return set;
    }
}
