package dev.glimpse.scheduler;

/** Why a batch was handed out as large as it is. */
public enum Release {
    /** Everything that waited is in it. */
    EVERYTHING,
    /** It holds the most rows that a forward may. */
    FULL,
    /** More rows would gain little throughput and cost everybody time. */
    KNEE,
    /** More rows would take longer than a step may. */
    STEP_BUDGET,
    /** The other idle devices take the rest. */
    SHARE,
    /** The rest would not be worth the padding that it takes. */
    PADDING,
    /** It goes on with whole requests that began together. */
    REQUEST
}
