package dev.glimpse.generation;

import java.util.ArrayList;
import java.util.List;

/** An admitted request and what it has spent; belongs to the dispatcher's context. */
final class ActiveRequest {
    private final PlannedRequest planned;
    private final Audience audience;
    private final List<Trajectory> trajectories = new ArrayList<>();
    private int nfe;
    private boolean closed;
    private boolean awaiting;

    ActiveRequest(PlannedRequest planned, Audience audience) {
        this.planned = planned;
        this.audience = audience;
    }

    PlannedRequest planned() {
        return planned;
    }

    Audience audience() {
        return audience;
    }

    void add(Trajectory trajectory) {
        trajectories.add(trajectory);
    }

    /** Its trajectories without a final picture. */
    List<Trajectory> unfinished() {
        return trajectories.stream().filter(t -> !t.finished()).toList();
    }

    /** Network evaluations that devices were given for it, previews not counted. */
    long evaluationsBegun() {
        return trajectories.stream().mapToLong(Trajectory::stepsBegun).sum();
    }

    /** Whether nobody waits for it any more. */
    boolean closed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /** Begins to wait until the queue has room; false if it does already. */
    boolean awaits() {
        boolean first = !awaiting;
        awaiting = true;
        return first;
    }

    void awaited() {
        awaiting = false;
    }

    void spent(int evaluations) {
        nfe += evaluations;
    }

    /** Ends the streams if every sample has its final picture; returns whether that is so. */
    boolean finishIfDone(long nowNanos) {
        boolean done = trajectories.stream().allMatch(Trajectory::finished);
        if (done) {
            audience.finish(nfe, nowNanos);
        }
        return done;
    }
}
