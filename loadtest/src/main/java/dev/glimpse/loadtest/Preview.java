package dev.glimpse.loadtest;

/** Which pictures a request shows before its end. */
public enum Preview {
    /** One that costs an evaluation of its own after every step but the last. */
    EXACT,
    /** One that costs an evaluation of its own after the first step, and none after the others. */
    FREE,
    /** None but the last. */
    NONE;

    /** Evaluations of one picture in so many steps. */
    int nfe(int steps) {
        return switch (this) {
            case EXACT -> 2 * steps - 1;
            case FREE -> Math.min(steps + 1, 2 * steps - 1);
            case NONE -> steps;
        };
    }
}
