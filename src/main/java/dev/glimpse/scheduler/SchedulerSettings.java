package dev.glimpse.scheduler;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The bounds and policies of one {@link StepScheduler}.
 *
 * @param devices devices that run batches at the same time; at least 1
 * @param minRows rows of the smallest forward, which every other one is padded to a multiple of; at least 1
 * @param maxRows most rows of a forward; at least 2, so that a step fits with its exact preview
 * @param maxQueuedNfe most network evaluations that admitted jobs may still need, previews included, those of
 *     schedulers that share the devices counted in
 * @param firstShare share of a batch, in (0, 1], that first steps and urgent ones may take ahead of all others
 * @param agingNanos time after which a waiting job counts as if half of its steps were left
 * @param costWindow number of latest forwards of each device that its cost model is fitted to; at least 2
 * @param batching what a batch is made of
 * @param policies those that are in force
 * @param tuning numbers of the policies
 */
public record SchedulerSettings(
        int devices,
        int minRows,
        int maxRows,
        int maxQueuedNfe,
        double firstShare,
        long agingNanos,
        int costWindow,
        Batching batching,
        Set<Policy> policies,
        Tuning tuning) {

    public SchedulerSettings {
        policies = Set.copyOf(policies);
        require(devices >= 1, "devices", devices, "at least 1");
        require(minRows >= 1, "minRows", minRows, "at least 1");
        require(maxRows >= Math.max(2, minRows), "maxRows", maxRows, "at least " + Math.max(2, minRows));
        require(maxQueuedNfe >= 1, "maxQueuedNfe", maxQueuedNfe, "at least 1");
        require(firstShare > 0 && firstShare <= 1, "firstShare", firstShare, "more than 0, at most 1");
        require(agingNanos >= 1, "agingNanos", agingNanos, "at least 1");
        require(costWindow >= 2, "costWindow", costWindow, "at least 2");
    }

    /** Steps of any jobs together, every policy, and the usual numbers. */
    public SchedulerSettings(
            int devices,
            int minRows,
            int maxRows,
            int maxQueuedNfe,
            double firstShare,
            long agingNanos,
            int costWindow) {
        this(
                devices,
                minRows,
                maxRows,
                maxQueuedNfe,
                firstShare,
                agingNanos,
                costWindow,
                Batching.STEP,
                EnumSet.allOf(Policy.class),
                Tuning.USUAL);
    }

    /** The same without some policies. */
    public SchedulerSettings without(Policy... off) {
        Set<Policy> rest = EnumSet.allOf(Policy.class);
        rest.retainAll(policies);
        Arrays.asList(off).forEach(rest::remove);
        return with(batching, rest);
    }

    /** The same with another composition of batches and other policies. */
    public SchedulerSettings with(Batching otherBatching, Set<Policy> otherPolicies) {
        return new SchedulerSettings(
                devices,
                minRows,
                maxRows,
                maxQueuedNfe,
                firstShare,
                agingNanos,
                costWindow,
                otherBatching,
                otherPolicies,
                tuning);
    }

    /** Rows that a forward of so many costs: it is padded to a multiple of the smallest. */
    int padded(int rows) {
        return padded(rows, minRows);
    }

    /** The same of forwards whose smallest has {@code minRows}. */
    public static int padded(int rows, int minRows) {
        return Math.max(1, (rows + minRows - 1) / minRows) * minRows;
    }

    /** The same with forwards of other largest sizes. */
    public SchedulerSettings withMaxRows(int rows) {
        return withRows(minRows, rows);
    }

    /** The same with forwards of other smallest and largest sizes. */
    public SchedulerSettings withRows(int least, int most) {
        return new SchedulerSettings(
                devices, least, most, maxQueuedNfe, firstShare, agingNanos, costWindow, batching, policies, tuning);
    }

    boolean has(Policy policy) {
        return policies.contains(policy);
    }

    static void require(boolean holds, String name, Number value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
