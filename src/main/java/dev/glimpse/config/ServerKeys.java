package dev.glimpse.config;

import java.time.Duration;
import java.util.Set;

/** Reads the section {@code server}. */
final class ServerKeys {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofHours(24);

    /** Names of all of a machine's addresses. */
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    private ServerKeys() {}

    /** @param limits of a request, the longest of which a connection's age must not cut */
    static Settings.Server server(Values values, Settings.Limits limits) {
        String address = "a host name or an IP address";
        int port = values.integer("server.port", 0, 65535);
        int adminPort = values.integer("server.admin-port", 0, 65535);
        requireTwo(values, port, adminPort);
        Duration maxAge = values.duration("server.max-connection-age", Duration.ZERO, DAY);
        return new Settings.Server(
                values.name("server.host", address),
                port,
                values.name("server.admin-host", address),
                adminPort,
                values.integer("server.event-loops", 0, 1024),
                values.integer("server.max-message-bytes", 1024, 1 << 30),
                values.integer("server.max-connections", 1, 10_000_000),
                values.duration("server.header-timeout", SHORTEST, Duration.ofHours(1)),
                values.duration("server.body-timeout", SHORTEST, DAY),
                values.integer("server.max-streams-per-connection", 1, 100_000),
                values.integer("server.max-resets-per-connection", 1, 1_000_000),
                values.duration("server.reset-window", Duration.ofSeconds(1), Duration.ofHours(1)),
                maxAge,
                connectionAgeGrace(values, maxAge, limits.maxDuration()),
                values.duration("server.keepalive-every", SHORTEST, DAY),
                values.duration("server.keepalive-timeout", SHORTEST, Duration.ofHours(1)),
                values.duration("server.shutdown-grace", Duration.ZERO, Duration.ofHours(1)));
    }

    /** Two servers of one process at one address would take turns at its connections, and no error would say so. */
    private static void requireTwo(Values values, int port, int adminPort) {
        String host = values.text("server.host");
        String adminHost = values.text("server.admin-host");
        boolean meet = host.equalsIgnoreCase(adminHost) || EVERYWHERE.contains(host) || EVERYWHERE.contains(adminHost);
        if (port != 0 && port == adminPort && meet) {
            throw SettingsException.of(
                    values.entry("server.admin-port"), "another port than server.port, which is " + port);
        }
    }

    /** A request that may still be running when the grace is over would be cut; where no age ends it, none is. */
    private static Duration connectionAgeGrace(Values values, Duration maxAge, Duration longest) {
        Duration grace = values.duration("server.connection-age-grace", Duration.ZERO, DAY);
        if (!maxAge.isZero() && grace.compareTo(longest) < 0) {
            throw SettingsException.of(
                    values.entry("server.connection-age-grace"),
                    "at least limits.max-duration, " + values.text("limits.max-duration"));
        }
        return grace;
    }
}
