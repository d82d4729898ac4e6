package dev.glimpse.generation;

import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.Release;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import java.util.List;

/**
 * Hears what the core does, on the dispatcher's own thread; made for counting, so it must be quick and not throw. What
 * becomes of a single request is better seen where its stream is read.
 */
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /**
     * Stands behind the model in the name of a lane whose requests' bits may depend on their company: its forwards have
     * other sizes. No version's name holds a slash, so no model is called as another one's lane.
     */
    String FREE = "/free";

    /**
     * Whether a lane's name is that of such a lane. Metrics have the name as a label, and who reads them tells the two
     * lanes of a model apart by this; a version may be called free, but has one slash before it and not two.
     */
    static boolean isFree(String lane) {
        return lane.endsWith(FREE) && lane.indexOf('/') < lane.lastIndexOf('/');
    }

    /**
     * A lane was opened.
     *
     * @param lane the lane's name: its model, and what sets it apart from that model's other lanes, see {@link #isFree}
     * @return hears the lane's scheduler, from its first job to its last
     */
    default SchedulerListener opened(String lane, SchedulerSettings settings) {
        return SchedulerListener.NONE;
    }

    /** A lane has no more jobs and gets no new ones. */
    default void closed(String lane) {}

    /** A batch came back with its results. */
    default void forward(Forward forward) {}

    /** A batch came back without results. */
    default void failed(String lane, Batch batch) {}

    /** An evaluation with derivatives, which is no batch's, goes to a device. */
    default void lent(int device, long nowNanos) {}

    /**
     * It came back, or was given up.
     *
     * @param failed whether it was given up or failed; a model that has no derivatives is no failure
     */
    default void returned(int device, boolean failed) {}

    /** So many requests for likelihoods have been admitted and not begun. */
    default void scoresWaiting(int requests) {}

    /** So many threads hang from now on, each at a forward that was given up. */
    default void hung(int threads) {}

    /** A preview that had been made gave way to a newer one, as its reader had not come for it. */
    default void conflated() {}

    /** Previews were not made at all, as their reader had no room for them, or came later. */
    default void skipped(int previews) {}

    /**
     * Steps that ran together.
     *
     * @param lane the lane that they came from
     * @param device the device that they ran on, counted from 0
     * @param release why they were not more
     * @param durationNanos from the forward's start to its end
     */
    record Forward(String lane, int device, Release release, long durationNanos, List<Part> parts) {
        public Forward {
            parts = List.copyOf(parts);
        }
    }

    /**
     * One trajectory's step.
     *
     * @param requestIds who reads it; identical requests share their trajectories
     * @param sample index of the trajectory in its request
     * @param step index of the step, 0 for the first
     * @param rows network evaluations it took: 1, and another for a preview of its own
     * @param wanted whether anybody was still there for it
     */
    record Part(List<String> requestIds, int sample, int step, int rows, boolean wanted) {
        public Part {
            requestIds = List.copyOf(requestIds);
        }
    }
}
