package dev.glimpse.math;

/** A value that no plan can be made of; the message is "field: value (expected: ...)". */
public final class InvalidPlanException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String field;

    InvalidPlanException(String field, Object value, String expected) {
        super(field + ": " + value + " (expected: " + expected + ")");
        this.field = field;
    }

    /** Name of the field as clients write it, in snake_case, a part of another behind a dot. */
    public String field() {
        return field;
    }
}
