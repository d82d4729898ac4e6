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

    static Settings.Policies policies(Values values) {
        return new Settings.Policies(
                on(values, Policy.DEADLINE_ADMISSION),
                on(values, Policy.GIVE_UP),
                on(values, Policy.SHORTENING),
                on(values, Policy.KNEE),
                on(values, Policy.STEP_BUDGET),
                on(values, Policy.FIRST_PREVIEWS),
                on(values, Policy.RANKS),
                on(values, Policy.SHORTEST),
                on(values, Policy.AGING),
                on(values, Policy.LAXITY),
                on(values, Policy.TENANTS),
                on(values, Policy.QUEUE_GUARD),
                on(values, Policy.BROWN_OUT),
                on(values, Policy.OVERLOAD));
    }

    private static boolean on(Values values, Policy policy) {
        String key = "policies." + policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return values.choice(key, List.of("true", "false")).equals("true");
    }

    static Set<Policy> inForce(Settings.Policies policies) {
        Set<Policy> inForce = EnumSet.noneOf(Policy.class);
        add(inForce, Policy.DEADLINE_ADMISSION, policies.deadlineAdmission());
        add(inForce, Policy.GIVE_UP, policies.giveUp());
        add(inForce, Policy.SHORTENING, policies.shortening());
        add(inForce, Policy.KNEE, policies.knee());
        add(inForce, Policy.STEP_BUDGET, policies.stepBudget());
        add(inForce, Policy.FIRST_PREVIEWS, policies.firstPreviews());
        add(inForce, Policy.RANKS, policies.ranks());
        add(inForce, Policy.SHORTEST, policies.shortest());
        add(inForce, Policy.AGING, policies.aging());
        add(inForce, Policy.LAXITY, policies.laxity());
        add(inForce, Policy.TENANTS, policies.tenants());
        add(inForce, Policy.QUEUE_GUARD, policies.queueGuard());
        add(inForce, Policy.BROWN_OUT, policies.brownOut());
        add(inForce, Policy.OVERLOAD, policies.overload());
        return inForce;
    }

    private static void add(Set<Policy> inForce, Policy policy, boolean on) {
        if (on) {
            inForce.add(policy);
        }
    }
}
