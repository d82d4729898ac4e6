package dev.glimpse.scheduler;

/** Class of service of a job; the earlier one goes first among the jobs of one tenant. */
public enum Rank {
    /** A person watches. */
    INTERACTIVE,
    /** Nothing else was said. */
    STANDARD,
    /** Somebody fetches the result later. */
    BACKGROUND
}
