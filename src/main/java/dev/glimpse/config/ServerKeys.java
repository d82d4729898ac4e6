package dev.glimpse.config;

import java.time.Duration;

/** Reads the section {@code server}. */
final class ServerKeys {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofHours(24);

    private ServerKeys() {}

    static Settings.Server server(Values values) {
        String address = "a host name or an IP address";
        return new Settings.Server(
                values.name("server.host", address),
                values.integer("server.port", 0, 65535),
                values.name("server.admin-host", address),
                values.integer("server.admin-port", 0, 65535),
                values.integer("server.max-message-bytes", 1024, 1 << 30),
                values.integer("server.max-streams-per-connection", 1, 100_000),
                values.integer("server.max-resets-per-connection", 1, 1_000_000),
                values.duration("server.reset-window", Duration.ofSeconds(1), Duration.ofHours(1)),
                values.duration("server.max-connection-age", Duration.ZERO, DAY),
                values.duration("server.connection-age-grace", Duration.ZERO, DAY),
                values.duration("server.keepalive-every", SHORTEST, DAY),
                values.duration("server.keepalive-timeout", SHORTEST, Duration.ofHours(1)),
                values.duration("server.shutdown-grace", Duration.ZERO, Duration.ofHours(1)));
    }
}
