package dev.glimpse.scheduler;

/** Why a job left. */
public enum Departure {
    /** Its last step completed. */
    FINISHED,
    /** It was cancelled. */
    CANCELLED,
    /** Its deadline passed, or came too near for what it still had to do. */
    EXPIRED,
    /** It waited for its first step in a queue that did not get shorter. */
    SHED,
    /** The forward that its step ran in failed. */
    FAILED
}
