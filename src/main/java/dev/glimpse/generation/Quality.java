package dev.glimpse.generation;

/** Whether a server short of time may take fewer steps than were asked for. */
public enum Quality {
    /** Every step is taken, or the request fails; the same request gives the same bytes. */
    FIXED,
    /** A trajectory that cannot end in time jumps to its picture at once, and its last frame says so. */
    FLEXIBLE
}
