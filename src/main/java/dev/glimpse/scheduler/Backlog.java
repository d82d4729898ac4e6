package dev.glimpse.scheduler;

import java.util.Arrays;

/** The work that admitted jobs may still need, previews included. */
final class Backlog {
    private final SchedulerListener listener;
    private final int[] byRank = new int[Rank.values().length];
    /** Jobs by the evaluations they still need. */
    private int[] jobsByNfe = new int[64];

    private final Demand demand = new Demand();
    private int nfe;
    private int jobs;

    Backlog(SchedulerListener listener) {
        this.listener = listener;
    }

    void add(JobState state) {
        count(state, 1);
    }

    void remove(JobState state) {
        count(state, -1);
    }

    /** Sets a job behind those who still have their time, whose work it does not count among; whether that is new. */
    boolean setBehind(JobState state, boolean behind) {
        if (state.behind == behind) {
            return false;
        }
        remove(state);
        state.behind = behind;
        add(state);
        return true;
    }

    private void count(JobState state, int sign) {
        int remaining = state.remainingNfe();
        if (remaining >= jobsByNfe.length) {
            jobsByNfe = Arrays.copyOf(jobsByNfe, 2 * remaining);
        }
        jobsByNfe[remaining] += sign;
        jobs += sign;
        nfe += sign * remaining;
        demand(state, sign);
        int rank = state.rank().ordinal();
        byRank[rank] += sign * remaining;
        listener.queued(state.rank(), byRank[rank]);
    }

    /** A job's step begins. */
    void begins(JobState state) {
        inFlight(state, true);
    }

    /** A job's step is over. */
    void lands(JobState state) {
        inFlight(state, false);
    }

    private void inFlight(JobState state, boolean flies) {
        demand(state, -1);
        state.inFlight = flies;
        demand(state, 1);
    }

    /** What still has to begin. */
    private void demand(JobState state, int sign) {
        int next = state.remainingSteps() == 0 ? 0 : state.nextRows();
        int first = state.nextStep == 0 && !state.inFlight ? next : 0;
        int rest = state.remainingNfe() - (state.nextStep == 0 || state.inFlight ? next : 0);
        demand(new Demand.Part(state.group.firstDue, first), state, sign);
        demand(new Demand.Part(state.group.lastDue, rest), state, sign);
    }

    private void demand(Demand.Part part, JobState state, int sign) {
        if (part.nfe() > 0 && !state.behind) {
            demand.add(part, sign);
            state.tenant.demand.add(part, sign);
        }
    }

    /** The work that still has to begin, by the time until which it should be done. */
    Demand demand() {
        return demand;
    }

    int nfe() {
        return nfe;
    }

    int nfe(Rank rank) {
        return byRank[rank.ordinal()];
    }

    int jobs() {
        return jobs;
    }

    /** Evaluations that come before the end of a job of this length when the shortest remaining goes first. */
    long ahead(int length) {
        long ahead = 0;
        int longer = jobs;
        for (int remaining = 1; remaining <= Math.min(length, jobsByNfe.length - 1); remaining++) {
            ahead += (long) remaining * jobsByNfe[remaining];
            longer -= jobsByNfe[remaining];
        }
        return ahead + (long) length * (longer - jobsByNfe[0]);
    }
}
