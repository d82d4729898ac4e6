package dev.glimpse.scheduler;

/**
 * The bounds and policies of one {@link StepScheduler}.
 *
 * @param devices devices that run batches at the same time; at least 1
 * @param minRows rows that even the smallest forward costs, because it is padded up to them; at least 1
 * @param maxRows most rows of a forward; at least 2, so that a step fits with its exact preview
 * @param maxQueuedNfe most network evaluations that admitted jobs may still need, previews included
 * @param firstShare share of a batch, in (0, 1], that first steps may take ahead of running trajectories
 * @param agingNanos time after which a waiting job counts as if half of its steps were left
 * @param costWindow number of latest forwards that the cost model is fitted to; at least 2
 */
public record SchedulerSettings(
        int devices, int minRows, int maxRows, int maxQueuedNfe, double firstShare, long agingNanos, int costWindow) {

    public SchedulerSettings {
        require(devices >= 1, "devices", devices, "at least 1");
        require(minRows >= 1, "minRows", minRows, "at least 1");
        require(maxRows >= Math.max(2, minRows), "maxRows", maxRows, "at least " + Math.max(2, minRows));
        require(maxQueuedNfe >= 1, "maxQueuedNfe", maxQueuedNfe, "at least 1");
        require(firstShare > 0 && firstShare <= 1, "firstShare", firstShare, "more than 0, at most 1");
        require(agingNanos >= 1, "agingNanos", agingNanos, "at least 1");
        require(costWindow >= 2, "costWindow", costWindow, "at least 2");
    }

    private static void require(boolean holds, String name, Number value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
