package dev.glimpse.scheduler;

import java.util.List;

/** Holds the waiting jobs and chooses which of them step together. */
interface Composition {
    /** A job begins to wait. */
    void add(JobState state);

    /** A waiting job leaves. */
    void remove(JobState state);

    /** Most rows that all waiting steps take. */
    int waitingRows();

    /**
     * The steps that a device should run now; they wait no more. Empty when there are none for it.
     *
     * @param offer how each of them would be taken
     */
    List<Candidate> select(int device, BatchLimit.Limit limit, StepOffer offer);

    /** A job and how its next step is taken. */
    record Candidate(JobState state, int rows, boolean finishNow) {
        Batch.Entry entry() {
            return new Batch.Entry(state.job.id(), state.nextStep, rows, finishNow);
        }
    }
}
