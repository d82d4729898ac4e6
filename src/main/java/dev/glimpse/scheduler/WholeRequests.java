package dev.glimpse.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Batches of jobs with equally many steps that begin together, in the order in which they came, and keep a device until
 * the last is done; the place of one that leaves stays empty.
 */
final class WholeRequests implements Composition {
    private final NavigableSet<JobState> line =
            new TreeSet<>(Comparator.comparingLong((JobState state) -> state.sequence));
    /** Jobs that wait for their next step on the device that they keep to. */
    private final Map<Integer, List<JobState>> kept = new HashMap<>();

    private int rows;

    @Override
    public void add(JobState state) {
        rows += state.nextRows();
        if (state.keepsTo < 0) {
            line.add(state);
        } else {
            kept.computeIfAbsent(state.keepsTo, device -> new ArrayList<>()).add(state);
        }
    }

    @Override
    public void remove(JobState state) {
        rows -= state.nextRows();
        if (state.keepsTo < 0) {
            line.remove(state);
        } else {
            List<JobState> others = kept.getOrDefault(state.keepsTo, List.of());
            others.remove(state);
            if (others.isEmpty()) {
                kept.remove(state.keepsTo);
            }
        }
    }

    @Override
    public int waitingRows() {
        return rows;
    }

    @Override
    public List<Candidate> select(int device, BatchLimit.Limit limit, StepOffer offer) {
        List<JobState> together = kept.remove(device);
        if (together == null) {
            together = begin(device, limit.rows());
        }
        List<Candidate> candidates = new ArrayList<>();
        for (JobState state : together) {
            rows -= state.nextRows();
            candidates.add(offer.candidate(state));
        }
        return candidates;
    }

    private List<JobState> begin(int device, int limit) {
        List<JobState> together = new ArrayList<>();
        int taken = 0;
        Iterator<JobState> waiting = line.iterator();
        while (waiting.hasNext() && taken < limit) {
            JobState state = waiting.next();
            int most = mostRows(state);
            boolean same = together.isEmpty() || together.get(0).remainingSteps() == state.remainingSteps();
            if (same && (together.isEmpty() || taken + most <= limit)) {
                together.add(state);
                taken += most;
                state.keepsTo = device;
                waiting.remove();
            }
        }
        return together;
    }

    private static int mostRows(JobState state) {
        int most = 1;
        for (int step = state.nextStep; step < state.job.steps(); step++) {
            most = Math.max(most, state.job.rows().get(step));
        }
        return most;
    }
}
