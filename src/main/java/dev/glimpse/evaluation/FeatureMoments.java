package dev.glimpse.evaluation;

/**
 * Number, mean and scatter of feature vectors, gathered block by block.
 *
 * <p>Two parts are joined by Chan, Golub and LeVeque (1983): with d = mean_b - mean_a and n = n_a + n_b, the mean moves
 * by d n_b / n and the scatter grows by that of b and d d^T n_a n_b / n. Nothing is ever subtracted from a large sum,
 * so the order of joining changes no more than the last digits.
 *
 * <p>Not thread-safe.
 */
public final class FeatureMoments {
    private final int dimension;
    private final double[] mean;
    /** Upper triangle, row by row, of the sum of (x - mean) (x - mean)^T. */
    private final double[] scatter;

    private long count;

    public FeatureMoments(int dimension) {
        this(dimension, 0, new double[dimension], new double[Math.toIntExact(dimension * (dimension + 1L) / 2)]);
    }

    private FeatureMoments(int dimension, long count, double[] mean, double[] scatter) {
        this.dimension = dimension;
        this.count = count;
        this.mean = mean;
        this.scatter = scatter;
    }

    /** Number of vectors. */
    public long count() {
        return count;
    }

    /** Values of one vector. */
    public int dimension() {
        return dimension;
    }

    double[] mean() {
        return mean.clone();
    }

    /**
     * Adds vectors.
     *
     * @param features [rows, dimension]
     */
    public void add(float[] features, int rows) {
        if (rows == 0) {
            return;
        }
        double[] blockMean = new double[dimension];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < dimension; i++) {
                blockMean[i] += features[row * dimension + i];
            }
        }
        for (int i = 0; i < dimension; i++) {
            blockMean[i] /= rows;
        }
        double[] centred = new double[rows * dimension];
        for (int k = 0; k < centred.length; k++) {
            centred[k] = features[k] - blockMean[k % dimension];
        }
        moveMean(blockMean, rows);
        addOuterProducts(centred, rows);
    }

    /** Adds the vectors that another has gathered. */
    public void merge(FeatureMoments other) {
        if (other.dimension != dimension) {
            throw new IllegalArgumentException(
                    "dimension: " + other.dimension + " (expected: " + dimension + ", as those gathered so far)");
        }
        if (other.count > 0) {
            moveMean(other.mean, other.count);
            for (int i = 0; i < scatter.length; i++) {
                scatter[i] += other.scatter[i];
            }
        }
    }

    /** Joins a part whose scatter is added by the caller. */
    private void moveMean(double[] otherMean, long otherCount) {
        long total = count + otherCount;
        double[] difference = new double[dimension];
        double root = Math.sqrt((double) count / total * otherCount);
        for (int i = 0; i < dimension; i++) {
            double d = otherMean[i] - mean[i];
            difference[i] = d * root;
            mean[i] += d * otherCount / total;
        }
        if (count > 0) {
            addOuterProducts(difference, 1);
        }
        count = total;
    }

    /* Row of the triangle first, vector second: a row stays in the nearest cache while all vectors pass by. */
    private void addOuterProducts(double[] vectors, int rows) {
        int start = 0;
        for (int i = 0; i < dimension; i++) {
            int length = dimension - i;
            for (int row = 0; row < rows; row++) {
                int from = row * dimension + i;
                double factor = vectors[from];
                for (int j = 0; j < length; j++) {
                    scatter[start + j] += factor * vectors[from + j];
                }
            }
            start += length;
        }
    }

    /** The unbiased covariance, scatter / (count - 1), as [dimension, dimension]. */
    double[] covariance() {
        if (count < 2) {
            throw new IllegalArgumentException("pictures: " + count + " (expected: at least 2 for a covariance)");
        }
        double[] covariance = new double[dimension * dimension];
        int at = 0;
        for (int i = 0; i < dimension; i++) {
            for (int j = i; j < dimension; j++) {
                double value = scatter[at++] / (count - 1);
                covariance[i * dimension + j] = value;
                covariance[j * dimension + i] = value;
            }
        }
        return covariance;
    }

    void write(TensorList list) {
        list.put("moments.count", count);
        list.put("moments.mean", mean);
        list.put("moments.scatter", scatter);
    }

    static FeatureMoments read(TensorTable table) {
        double[] mean = table.doubles("moments.mean");
        double[] scatter = table.doubles("moments.scatter");
        return new FeatureMoments(mean.length, table.longs("moments.count")[0], mean, scatter);
    }
}
