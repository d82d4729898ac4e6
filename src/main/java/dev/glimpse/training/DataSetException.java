package dev.glimpse.training;

/** A data set cannot be used; the message names the file, the defect and what was expected. */
public final class DataSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataSetException(String message) {
        super(message);
    }
}
