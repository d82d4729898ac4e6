package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses which waiting steps make up the next batch.
 *
 * <p>First steps come first, so that every client soon sees a picture, but only up to their share of the batch while
 * running trajectories wait. Within both groups the shortest remaining trajectory leads; waiting halves the length it
 * counts with every aging period, so that nothing waits for ever.
 */
final class StepSelection {
    private final SchedulerSettings settings;

    StepSelection(SchedulerSettings settings) {
        this.settings = settings;
    }

    /** A waiting job and the rows its next step takes now. */
    record Candidate(JobState state, int rows) {}

    /** The steps to run next; not empty unless {@code waiting} is. */
    List<Candidate> select(List<Candidate> waiting, int idleDevices, long nowNanos) {
        int total = waiting.stream().mapToInt(Candidate::rows).sum();
        Selected selected = new Selected(budget(total, idleDevices));

        List<Candidate> firsts = new ArrayList<>();
        List<Candidate> running = new ArrayList<>();
        waiting.stream().sorted(order(nowNanos)).forEach(candidate -> {
            (candidate.state().nextStep == 0 ? firsts : running).add(candidate);
        });
        int share = (int) Math.floor(selected.budget * settings.firstShare());
        List<Candidate> beyondShare = new ArrayList<>();
        for (Candidate first : firsts) {
            if (selected.rows == 0 || selected.rows + first.rows() <= share) {
                selected.addIfItFits(first);
            } else {
                beyondShare.add(first);
            }
        }
        running.forEach(selected::addIfItFits);
        beyondShare.forEach(selected::addIfItFits);
        return selected.candidates;
    }

    /** An even share for every idle device, but no less than a forward costs anyway and no more than it may hold. */
    private int budget(int totalRows, int idleDevices) {
        int even = (totalRows + idleDevices - 1) / idleDevices;
        return Math.min(settings.maxRows(), Math.max(settings.minRows(), even));
    }

    private Comparator<Candidate> order(long nowNanos) {
        return Comparator.comparingDouble((Candidate candidate) -> weight(candidate.state(), nowNanos))
                .thenComparingLong(candidate -> candidate.state().job.id());
    }

    /** log2 of remaining steps / 2^(age / aging). */
    private double weight(JobState state, long nowNanos) {
        double age = (double) (nowNanos - state.admittedNanos) / settings.agingNanos();
        return Math.log(state.remainingSteps()) / Math.log(2) - age;
    }

    private static final class Selected {
        final int budget;
        final List<Candidate> candidates = new ArrayList<>();
        int rows;

        Selected(int budget) {
            this.budget = budget;
        }

        void addIfItFits(Candidate candidate) {
            // The first always fits: an even share may be a single row, and maxRows is never below two.
            if (candidates.isEmpty() || rows + candidate.rows() <= budget) {
                candidates.add(candidate);
                rows += candidate.rows();
            }
        }
    }
}
