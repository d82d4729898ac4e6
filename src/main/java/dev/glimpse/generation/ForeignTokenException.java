package dev.glimpse.generation;

/** A resume token is genuine and goes on with something that is not here; the message says with what, and what is. */
final class ForeignTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignTokenException(String what, String expected) {
        super(ResumeRequest.FIELD + ": " + what + " (expected: " + expected + ")");
    }
}
