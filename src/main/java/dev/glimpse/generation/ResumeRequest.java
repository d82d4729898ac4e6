package dev.glimpse.generation;

import java.time.Duration;
import java.util.Optional;

/**
 * A request to go on where another one was left.
 *
 * @param token the newest one that the client has seen
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 * @param edit the edit that it is of, with the same pictures, which are more than a token can tell; may be absent for
 *     one without pictures
 */
public record ResumeRequest(String token, Optional<Duration> timeout, Optional<EditRequest> edit) {
    /** Name of the token's field, at every door. */
    public static final String FIELD = "resume_token";

    /** One that is no edit of pictures. */
    public ResumeRequest(String token, Optional<Duration> timeout) {
        this(token, timeout, Optional.empty());
    }
}
