package dev.glimpse.evaluation;

/**
 * A network that turns finished pictures into feature vectors.
 *
 * <p>Pictures always pass in forwards of one size, so that a picture's features do not depend on the others. Confined
 * to the thread that loaded it.
 */
public interface FeatureNetwork extends AutoCloseable {
    /** Most pictures of one call. */
    int BATCH = 60;

    /** Values of one feature vector. */
    int dimension();

    /** Classes that it gives probabilities of; 0 for none. */
    int classes();

    /**
     * Features of pictures.
     *
     * @param pixels 8-bit values, [rows, C, H, W], at least
     * @param rows 1..{@link #BATCH}
     */
    FeatureBlock extract(byte[] pixels, int rows);

    @Override
    void close();
}
