package dev.glimpse.scheduler;

/** The answer to jobs that ask to enter together; a refusal is an answer, not an exception. */
public sealed interface Admission {
    /** All of them wait for their first step. */
    record Admitted() implements Admission {}

    /**
     * The queue holds as much work as it may, or could not serve them in time; ask again after so long. None entered.
     */
    record QueueFull(long retryAfterNanos) implements Admission {}

    /** The last of them would end after its deadline. None of them entered. */
    record DeadlineUnreachable(long expectedEndNanos) implements Admission {}
}
