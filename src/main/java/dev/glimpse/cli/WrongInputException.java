package dev.glimpse.cli;

import org.jspecify.annotations.Nullable;

/** What a person asked for cannot be done as asked; the message is "name: value (expected: ...)". */
final class WrongInputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongInputException(String name, Object value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }

    /** Refuses an option's value unless something holds. */
    static void require(boolean holds, String option, @Nullable Object value, String expected) {
        if (!holds) {
            throw new WrongInputException(option, String.valueOf(value), expected);
        }
    }
}
