package dev.glimpse.generation;

import java.time.Duration;
import java.util.Optional;

/**
 * A request to go on where another one was left.
 *
 * @param token the newest one that the client has seen
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 */
public record ResumeRequest(String token, Optional<Duration> timeout) {
    /** Name of the token's field, at every door. */
    public static final String FIELD = "resume_token";
}
