package dev.glimpse.scheduler;

import java.util.List;

/** Hears what a scheduler does, on the scheduler's own thread; made for counting, so it must be quick and not throw. */
public interface SchedulerListener {
    /** Hears nothing. */
    SchedulerListener NONE = new SchedulerListener() {};

    /** Jobs that came together entered, and wait for their first steps. */
    default void entered(List<Job> jobs) {}

    /** The devices are now expected to take so long for all work admitted here, as far as that can be known. */
    default void expectedWait(long nanos) {}

    /** The work admitted of one rank has changed to {@code nfe} evaluations. */
    default void queued(Rank rank, int nfe) {}

    /** A batch was handed out, leaving {@code waitingJobs} behind. */
    default void started(Batch batch, int waitingJobs) {}

    /** A batch came back after {@code durationNanos}. */
    default void completed(Batch batch, long durationNanos) {}

    /** The cost of a device's forwards is now taken to be {@code a + b x rows} nanoseconds. */
    default void fitted(int device, double a, double b) {}

    /** {@code nfe} evaluations of a batch were for jobs that had been told to leave while it ran. */
    default void wasted(int nfe) {}

    /** A flexible job ends after fewer steps than it had planned. */
    default void shortened(long jobId, int grantedSteps) {}

    /** How much flexible jobs are cut short has changed: 0 not at all, 4 to a single step. */
    default void brownOut(int level) {}

    /** More is asked for than can be done, so requests are refused; or no longer. */
    default void overloaded(boolean high) {}

    /** A job left; nothing of it runs any more. */
    default void left(long jobId, Departure departure) {}
}
