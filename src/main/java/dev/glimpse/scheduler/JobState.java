package dev.glimpse.scheduler;

import java.util.Comparator;

/** Where one admitted job stands. */
final class JobState {
    static final Comparator<JobState> BY_KEY =
            Comparator.comparingDouble((JobState state) -> state.key).thenComparingLong(state -> state.sequence);
    static final Comparator<JobState> BY_CHOOSE_BY =
            Comparator.comparingLong((JobState state) -> state.chooseBy).thenComparingLong(state -> state.sequence);
    static final Comparator<JobState> BY_LAST_CHANCE =
            Comparator.comparingLong((JobState state) -> state.lastChance).thenComparingLong(state -> state.sequence);

    final Job job;
    final JobGroup group;
    final long sequence;
    final Tenant tenant;
    int nextStep;
    boolean inFlight;
    /** The step in flight is its last, though its plan has more. */
    boolean finishing;
    /** Why it leaves at its step boundary though it is not finished; {@link Departure#FINISHED} while it stays. */
    Departure ending = Departure.FINISHED;
    /** Time from which on no step of it may start. */
    long deadlineNanos;
    /** The device that it keeps to until its end; negative while it keeps to none. */
    int keepsTo = -1;
    /** Its time is over while more is asked for than can be done, so that those go ahead who still have theirs. */
    boolean behind;
    /** Since when it has waited for its next step. */
    long waitingSinceNanos;

    /* Places in sorted sets, which hold as long as it is in them. Times count from the scheduler's first. */
    double key;
    long chooseBy;
    long lastChance;

    private int remainingNfe;

    JobState(Job job, JobGroup group, long sequence, Tenant tenant) {
        this.job = job;
        this.group = group;
        this.sequence = sequence;
        this.tenant = tenant;
        deadlineNanos = job.deadlineNanos();
        waitingSinceNanos = group.admittedNanos;
        remainingNfe = job.nfe();
    }

    boolean leaving() {
        return ending != Departure.FINISHED;
    }

    /** Until when its next picture, or its last, should be there; counts from the scheduler's first. */
    long target() {
        return nextStep == 0 ? group.firstDue : group.lastDue;
    }

    int remainingSteps() {
        return job.steps() - nextStep;
    }

    /** Most network evaluations it still needs. */
    int remainingNfe() {
        return remainingNfe;
    }

    /** Most rows of its next step. */
    int nextRows() {
        return job.rows().get(nextStep);
    }

    boolean flexible() {
        return job.terms().flexible();
    }

    Rank rank() {
        return job.terms().rank();
    }

    /** Moves past the step that has just completed. */
    void advance() {
        if (finishing) {
            remainingNfe = 0;
            nextStep = job.steps();
        } else {
            remainingNfe -= nextRows();
            nextStep++;
        }
    }
}
