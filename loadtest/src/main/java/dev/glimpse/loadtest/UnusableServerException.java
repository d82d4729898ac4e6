package dev.glimpse.loadtest;

/** A server that does not do what any run needs of it. */
final class UnusableServerException extends RuntimeException {
    UnusableServerException(String message) {
        super(message);
    }

    UnusableServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
