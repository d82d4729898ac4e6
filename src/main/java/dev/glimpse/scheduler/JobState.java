package dev.glimpse.scheduler;

/** Where one admitted job stands. */
final class JobState {
    final Job job;
    final long admittedNanos;
    int nextStep;
    boolean inFlight;
    /** Why it leaves at its step boundary though it is not finished; {@link Departure#FINISHED} while it stays. */
    Departure ending = Departure.FINISHED;

    private int remainingNfe;

    JobState(Job job, long admittedNanos) {
        this.job = job;
        this.admittedNanos = admittedNanos;
        remainingNfe = job.nfe();
    }

    boolean leaving() {
        return ending != Departure.FINISHED;
    }

    boolean expired(long nowNanos) {
        return nowNanos - job.deadlineNanos() >= 0;
    }

    int remainingSteps() {
        return job.rows().size() - nextStep;
    }

    /** Most network evaluations it still needs. */
    int remainingNfe() {
        return remainingNfe;
    }

    /** Moves past the step that has just completed. */
    void advance() {
        remainingNfe -= job.rows().get(nextStep);
        nextStep++;
    }
}
