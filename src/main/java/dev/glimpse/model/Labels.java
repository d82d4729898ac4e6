package dev.glimpse.model;

/** How class labels enter a network: one-hot rows times sqrt(classes), rows of zeros for no class. */
public final class Labels {
    private Labels() {}

    /**
     * The rows that stand for some labels.
     *
     * @param labels class index per row, or {@link JumpBatch#NO_LABEL}
     * @param rows how many of them to use
     * @param classes number of classes; 0 gives one column of zeros, since a tensor needs a column
     * @return values of [rows, max(1, classes)] flattened
     */
    public static float[] oneHot(int[] labels, int rows, int classes) {
        int columns = Math.max(1, classes);
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows && classes > 0; row++) {
            if (labels[row] != JumpBatch.NO_LABEL) {
                values[row * columns + labels[row]] = (float) Math.sqrt(classes);
            }
        }
        return values;
    }
}
