package dev.glimpse.cli;

import dev.glimpse.scheduler.Batching;
import dev.glimpse.scheduler.Policy;
import dev.glimpse.scheduler.SchedulerSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Names that {@code glimpse simulate} gives to ways of scheduling. */
final class PolicyNames {
    private static final String WITHOUT = "no-";

    private PolicyNames() {}

    /**
     * The settings under one name: {@code full} as they are, {@code fifo} steps in the order of arrival,
     * {@code request} whole requests, {@code no-...} without one policy.
     */
    static SchedulerSettings apply(String name, SchedulerSettings settings) {
        return switch (name) {
            case "full" -> settings;
            case "fifo" -> settings.with(Batching.STEP, Set.of());
            case "request" -> settings.with(Batching.REQUEST, Set.of());
            default -> settings.without(policy(name));
        };
    }

    private static Policy policy(String name) {
        return Arrays.stream(Policy.values())
                .filter(policy -> name.equals(WITHOUT + key(policy)))
                .findFirst()
                .orElseThrow(() -> new WrongInputException(
                        "--policy",
                        name,
                        "full, fifo, request, or one of "
                                + Arrays.stream(Policy.values())
                                        .map(policy -> WITHOUT + key(policy))
                                        .collect(Collectors.joining(", "))));
    }

    private static String key(Policy policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
