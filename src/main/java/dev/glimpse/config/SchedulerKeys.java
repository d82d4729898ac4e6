package dev.glimpse.config;

import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Policy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the sections {@code scheduler} and {@code policies}. */
final class SchedulerKeys {
    private SchedulerKeys() {}

    /** @param limits of a request, the largest of which has to fit the queue */
    static Settings.Scheduler scheduler(Values values, Settings.Limits limits) {
        int minRows = values.integer("scheduler.min-rows", 1, 4096);
        Duration shortest = Duration.ofMillis(1);
        Duration longest = Duration.ofHours(1);
        return new Settings.Scheduler(
                Batching.valueOf(values.choice("scheduler.batching", List.of("step", "request"))
                        .toUpperCase(Locale.ROOT)),
                maxQueuedNfe(values, limits.maxNfe()),
                minRows,
                maxRows(values, minRows),
                values.integer("scheduler.free-rows", 2, 4096),
                values.share("scheduler.first-preview-share"),
                values.duration("scheduler.aging", shortest, longest),
                values.integer("scheduler.cost-window", 2, 100_000),
                values.share("scheduler.knee-share"),
                values.duration("scheduler.longest-step", shortest, longest),
                values.integer("scheduler.rank-span", 0, 100),
                values.duration("scheduler.guard-target", shortest, longest),
                values.duration("scheduler.guard-interval", shortest, longest),
                values.duration("scheduler.brown-out-wait", shortest, longest),
                values.integer("scheduler.objective", 1, 1000));
    }

    /** Every step may cost a second evaluation for its preview; the largest request has to fit the queue. */
    private static int maxQueuedNfe(Values values, int largest) {
        int queued = values.integer("scheduler.max-queued-nfe", 1, 1 << 30);
        if (queued < 2 * largest) {
            throw SettingsException.of(
                    values.entry("scheduler.max-queued-nfe"), "at least twice limits.max-nfe, " + largest);
        }
        return queued;
    }

    private static int maxRows(Values values, int minRows) {
        // An exact preview is a row beside its step's, so a forward must have room for two.
        int maxRows = values.integer("scheduler.max-rows", 2, 4096);
        if (maxRows < minRows) {
            throw SettingsException.of(values.entry("scheduler.max-rows"), "at least scheduler.min-rows, " + minRows);
        }
        if (maxRows % minRows != 0) {
            throw SettingsException.of(
                    values.entry("scheduler.max-rows"), "a multiple of scheduler.min-rows, " + minRows);
        }
        return maxRows;
    }

    /** The policies that are in force. */
    static Set<Policy> policies(Values values) {
        Set<Policy> inForce = EnumSet.noneOf(Policy.class);
        for (Policy policy : Policy.values()) {
            String key = "policies." + policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (values.choice(key, List.of("true", "false")).equals("true")) {
                inForce.add(policy);
            }
        }
        return inForce;
    }
}
