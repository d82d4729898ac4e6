package dev.glimpse.generation;

/** Which picture a client sees before the end. */
public enum PreviewKind {
    /** G(x, t, sigma_min) of the current state: one more network evaluation, in the same forward. */
    EXACT,
    /** The g that the jump computed anyway: no further evaluation, a little blurred. */
    FREE,
    /** The noisy state itself. */
    STATE,
    /** No picture before the final one. */
    NONE
}
