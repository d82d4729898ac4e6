package dev.glimpse.scheduler;

/** The answer to jobs that ask to enter together; a refusal is an answer, not an exception. */
public sealed interface Admission {
    /** All of them wait for their first step. */
    record Admitted() implements Admission {}

    /** The queue holds as much work as it may; ask again after so long. None entered. */
    record QueueFull(long retryAfterNanos) implements Admission {}

    /** More is asked for than can be done in time, however much the queue may hold; as for the rest, like that. */
    record Overloaded(long retryAfterNanos) implements Admission {}

    /** The last of them would end after its deadline. None of them entered. */
    record DeadlineUnreachable(long expectedEndNanos) implements Admission {}
}
