package dev.glimpse.model;

/** A file of a model is not what it should be; the message names the file, the defect and what was expected. */
public final class ModelFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    /** With what was run into, of which the message tells what matters. */
    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
