package dev.glimpse.scheduler;

/** Says how a job's next step would be taken now: with how many rows, and whether as its last. */
final class StepOffer {
    private final long nowNanos;
    private final JobOrder order;
    private final BrownOut brownOut;
    private final RowDemand demand;

    StepOffer(long nowNanos, JobOrder order, BrownOut brownOut, RowDemand demand) {
        this.nowNanos = nowNanos;
        this.order = order;
        this.brownOut = brownOut;
        this.demand = demand;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** The job's next step as it would be taken now. */
    Composition.Candidate candidate(JobState state) {
        if (order.finishNow(state, nowNanos)) {
            return new Composition.Candidate(state, 1, true);
        }
        int most = state.nextRows();
        int rows = demand.rows(state.job.id(), state.nextStep);
        if (rows < 1 || rows > most) {
            throw new IllegalArgumentException("rows: " + rows + " (expected: 1.." + most + ")");
        }
        boolean thin = state.flexible() && state.nextStep > 0 && brownOut.thinsPreviews();
        return new Composition.Candidate(state, thin ? 1 : rows, false);
    }
}
