package dev.glimpse.scheduler;

import java.util.Arrays;

/** The work that admitted jobs may still need, previews included. */
final class Backlog {
    private final SchedulerListener listener;
    private final int[] byRank = new int[Rank.values().length];
    /** Jobs by the evaluations they still need. */
    private int[] jobsByNfe = new int[64];

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

    private void count(JobState state, int sign) {
        int remaining = state.remainingNfe();
        if (remaining >= jobsByNfe.length) {
            jobsByNfe = Arrays.copyOf(jobsByNfe, 2 * remaining);
        }
        jobsByNfe[remaining] += sign;
        jobs += sign;
        nfe += sign * remaining;
        int rank = state.rank().ordinal();
        byRank[rank] += sign * remaining;
        listener.queued(state.rank(), byRank[rank]);
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
