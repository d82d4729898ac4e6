package dev.glimpse.scheduler;

/** What a batch is made of. */
public enum Batching {
    /** Steps of any jobs, whichever is best now; places are filled again after each step. */
    STEP,
    /**
     * Whole requests: jobs with equally many steps begin together in the order in which they came and keep the device
     * to themselves until the last is done. What servers do that know no steps; made for comparison.
     */
    REQUEST
}
