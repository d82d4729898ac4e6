package dev.glimpse.scheduler;

/**
 * Numbers of the policies.
 *
 * @param knee share of the throughput of the largest forward at which one is large enough, more than 0, at most 1
 * @param stepBudgetNanos longest that a forward should take
 * @param rankSpan halvings of length that one rank counts for
 * @param guardTargetNanos longest wait for a first step that is no sign of a standing queue
 * @param guardIntervalNanos how long that wait must be exceeded before the first request is shed
 * @param brownOutNanos expected wait at which flexible jobs begin to get less
 * @param objective multiple of their unloaded time that answers are held to while more is asked for than can be done;
 *     at least 1
 */
public record Tuning(
        double knee,
        long stepBudgetNanos,
        double rankSpan,
        long guardTargetNanos,
        long guardIntervalNanos,
        long brownOutNanos,
        double objective) {
    /** What the defaults of the server say. */
    public static final Tuning USUAL = new Tuning(0.9, 200_000_000, 3, 2_000_000_000, 500_000_000, 1_000_000_000, 3);

    public Tuning {
        require(knee > 0 && knee <= 1, "knee", knee, "more than 0, at most 1");
        require(stepBudgetNanos >= 1, "stepBudgetNanos", stepBudgetNanos, "at least 1");
        require(rankSpan >= 0 && rankSpan <= 100, "rankSpan", rankSpan, "0..100");
        require(guardTargetNanos >= 1, "guardTargetNanos", guardTargetNanos, "at least 1");
        require(guardIntervalNanos >= 1, "guardIntervalNanos", guardIntervalNanos, "at least 1");
        require(brownOutNanos >= 1, "brownOutNanos", brownOutNanos, "at least 1");
        require(objective >= 1 && objective <= 1000, "objective", objective, "1..1000");
    }

    private static void require(boolean holds, String name, Number value, String expected) {
        SchedulerSettings.require(holds, name, value, expected);
    }
}
