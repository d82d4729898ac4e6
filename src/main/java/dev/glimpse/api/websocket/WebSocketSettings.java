package dev.glimpse.api.websocket;

import java.time.Duration;

/**
 * The bounds of the WebSocket door.
 *
 * @param maxSockets most sockets open at once; one more is answered 503
 * @param maxGenerationsPerSocket most generations that one socket runs at once; one more is refused
 * @param maxMessageBytes longest message taken from a client; a longer one closes the socket with 1009
 * @param pingEvery how often the server pings; a client that left two pings unanswered is gone
 * @param messageTimeout how long a message may take from its first bytes on; a slower one closes the socket with 1008
 */
public record WebSocketSettings(
        int maxSockets, int maxGenerationsPerSocket, int maxMessageBytes, Duration pingEvery, Duration messageTimeout) {
    public WebSocketSettings {
        requirePositive("maxSockets", maxSockets);
        requirePositive("maxGenerationsPerSocket", maxGenerationsPerSocket);
        requirePositive("maxMessageBytes", maxMessageBytes);
        requireTime("pingEvery", pingEvery);
        requireTime("messageTimeout", messageTimeout);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
        }
    }

    private static void requireTime(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1 ms)");
        }
    }
}
