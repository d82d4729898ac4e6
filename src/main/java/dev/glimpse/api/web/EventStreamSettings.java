package dev.glimpse.api.web;

import java.time.Duration;

/**
 * The bounds of a stream of events.
 *
 * @param heartbeat how often a stream that has nothing to tell sends a comment, so that no proxy drops it
 * @param stalled longest that a client may take nothing of what waits for it; then its connection is closed
 */
public record EventStreamSettings(Duration heartbeat, Duration stalled) {
    public EventStreamSettings {
        require("heartbeat", heartbeat);
        require("stalled", stalled);
    }

    private static void require(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1 ms)");
        }
    }
}
