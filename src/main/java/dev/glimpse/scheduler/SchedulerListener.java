package dev.glimpse.scheduler;

/** Hears what a scheduler does, on the scheduler's own thread; made for counting, so it must be quick and not throw. */
public interface SchedulerListener {
    /** Hears nothing. */
    SchedulerListener NONE = new SchedulerListener() {};

    /** Jobs entered; {@code queuedNfe} is all the work now admitted. */
    default void admitted(int jobs, int queuedNfe) {}

    /** Jobs were refused. */
    default void refused(Admission refusal) {}

    /** A batch was handed out, leaving {@code waitingJobs} behind. */
    default void started(Batch batch, int waitingJobs) {}

    /** A batch came back after {@code durationNanos}. */
    default void completed(Batch batch, long durationNanos) {}

    /** A job left; nothing of it runs any more. */
    default void left(long jobId, Departure departure) {}
}
