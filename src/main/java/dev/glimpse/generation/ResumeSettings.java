package dev.glimpse.generation;

import java.time.Duration;

/**
 * How requests are resumed.
 *
 * @param keys sign the tokens, whichever they are at the time
 * @param lifetime how long a token is good for; at least 1 s
 */
public record ResumeSettings(ResumeKeys keys, Duration lifetime) {
    public ResumeSettings {
        if (lifetime.toSeconds() < 1) {
            throw new IllegalArgumentException("lifetime: " + lifetime + " (expected: at least 1 s)");
        }
    }
}
