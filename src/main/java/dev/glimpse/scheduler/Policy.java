package dev.glimpse.scheduler;

/** One of the scheduler's habits, each of which can be switched off. Without any, jobs step in the order they came. */
public enum Policy {
    /** Jobs that would end after their deadline are refused at once. */
    DEADLINE_ADMISSION,
    /** A job that can no longer end by its deadline leaves before it costs another evaluation. */
    GIVE_UP,
    /** A flexible job that cannot take all its steps in time jumps to its end early. */
    SHORTENING,
    /** While little waits, a forward holds no more rows than gain throughput. */
    KNEE,
    /** A forward takes no longer than a step may. */
    STEP_BUDGET,
    /** First steps go ahead, up to a share of each forward. */
    FIRST_PREVIEWS,
    /** Jobs of an earlier rank count as shorter. */
    RANKS,
    /** The job with the fewest remaining steps goes first. */
    SHORTEST,
    /** Waiting makes a job count as shorter, and nobody waits beyond a bound. */
    AGING,
    /** A job whose time runs out goes ahead, least laxity first. */
    LAXITY,
    /** Tenants get shares by their weights, however much one of them asks for. */
    TENANTS,
    /** A queue that does not get shorter loses its oldest requests, and the newest interactive ones go first. */
    QUEUE_GUARD,
    /** While much waits, flexible jobs are granted fewer steps and cheaper previews. */
    BROWN_OUT,
    /** While more is asked for than can be done, those who are let in are served in time, and all others refused. */
    OVERLOAD
}
