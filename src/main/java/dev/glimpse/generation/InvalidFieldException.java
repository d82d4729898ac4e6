package dev.glimpse.generation;

import dev.glimpse.math.InvalidPlanException;

/** A field of a request holds a value that cannot be served; the message is "field: value (expected: ...)". */
public final class InvalidFieldException extends IllegalArgumentException {
    private final String field;

    public InvalidFieldException(String field, Object value, String expected) {
        super(field + ": " + value + " (expected: " + expected + ")");
        this.field = field;
    }

    InvalidFieldException(InvalidPlanException e) {
        super(e.getMessage(), e);
        this.field = e.field();
    }

    /** Name of the field as clients write it, in snake_case. */
    public String field() {
        return field;
    }

    /** The same as an answer. */
    public Failure.InvalidField failure() {
        return new Failure.InvalidField(field, String.valueOf(getMessage()));
    }
}
