package dev.glimpse.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the sections {@code events}, {@code health}, {@code traces} and {@code log}. */
final class OperationKeys {
    private OperationKeys() {}

    static Settings.Events events(Values values) {
        return new Settings.Events(
                values.duration("events.heartbeat-every", Duration.ofMillis(10), Duration.ofHours(1)),
                values.duration("events.stalled-after", Duration.ofMillis(10), Duration.ofHours(1)));
    }

    static Settings.Health health(Values values) {
        Duration stuckAfter = values.duration("health.stuck-after", Duration.ofSeconds(1), Duration.ofHours(24));
        Duration giveUpFloor = values.duration("health.give-up-floor", Duration.ofMillis(100), Duration.ofHours(24));
        if (giveUpFloor.compareTo(stuckAfter) >= 0) {
            // The process would be replaced before any forward is given up.
            throw SettingsException.of(
                    values.entry("health.give-up-floor"),
                    "less than health.stuck-after, " + values.text("health.stuck-after"));
        }
        return new Settings.Health(
                values.share("health.full-queue"),
                stuckAfter,
                values.integer("health.give-up-factor", 1, 1_000_000),
                giveUpFloor,
                values.integer("health.max-hung-forwards", 0, 1024));
    }

    static Settings.Traces traces(Values values) {
        String endpoint = values.text("traces.endpoint");
        return new Settings.Traces(
                endpoint.isEmpty() ? Optional.empty() : Optional.of(address(values, endpoint)),
                values.share("traces.share"));
    }

    private static URI address(Values values, String endpoint) {
        SettingsException wrong = SettingsException.of(
                values.entry("traces.endpoint"), "an address such as http://localhost:4318/v1/traces");
        try {
            URI address = new URI(endpoint);
            if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())) {
                throw wrong;
            }
            return address;
        } catch (URISyntaxException e) {
            throw wrong;
        }
    }

    static Settings.Log log(Values values) {
        return new Settings.Log(
                values.choice("log.level", List.of("error", "warn", "info", "debug", "trace")),
                values.choice("log.format", List.of("text", "json")));
    }
}
