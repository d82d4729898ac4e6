package dev.glimpse.scheduler;

/** Why a job left. */
public enum Departure {
    /** Its last step completed. */
    FINISHED,
    /** It was cancelled. */
    CANCELLED,
    /** Its deadline passed. */
    EXPIRED,
    /** The forward that its step ran in failed. */
    FAILED
}
