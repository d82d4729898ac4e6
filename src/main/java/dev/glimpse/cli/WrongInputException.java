package dev.glimpse.cli;

/** What a person asked for cannot be done as asked; the message is "name: value (expected: ...)". */
final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongInputException(String name, Object value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }
}
