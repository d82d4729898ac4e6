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
 * @param previews whether it goes on with the previews that were asked for; else the last pictures alone are made
 */
public record ResumeRequest(String token, Optional<Duration> timeout, Optional<EditRequest> edit, boolean previews) {
    /** Name of the token's field, at every door. */
    public static final String FIELD = "resume_token";

    /** One that is no edit of pictures. */
    public ResumeRequest(String token, Optional<Duration> timeout) {
        this(token, timeout, Optional.empty());
    }

    /** One that goes on as it was begun. */
    public ResumeRequest(String token, Optional<Duration> timeout, Optional<EditRequest> edit) {
        this(token, timeout, edit, true);
    }

    /** The same for a client that sees the last pictures alone. */
    public ResumeRequest withoutPreviews() {
        return new ResumeRequest(token, timeout, edit, false);
    }
}
