package dev.glimpse.simulation;

/** An admitted request and what it has got. */
final class SimulatedRequest {
    final Arrival arrival;
    /** The lane that it is in. */
    final int lane;

    /** Steps that each trajectory was granted. */
    final int steps;

    final long arrivedNanos;
    /** Its jobs are numbered from this one on. */
    final long firstJob;

    int unfinished;
    int nfe;
    boolean open = true;
    /** Time to its first picture; negative before. */
    long firstNanos = -1;

    /** Why it ended before its last picture. */
    enum End {
        LATE,
        SHED,
        LEFT
    }

    SimulatedRequest(Arrival arrival, int lane, int steps, long arrivedNanos, long firstJob) {
        this.arrival = arrival;
        this.lane = lane;
        this.steps = steps;
        this.arrivedNanos = arrivedNanos;
        this.firstJob = firstJob;
        unfinished = arrival.samples();
    }
}
