package dev.glimpse.generation;

/**
 * What a session may keep.
 *
 * @param maxRequests requests that can still be refined; at least 1
 * @param maxStateBytes memory for their states; 0 keeps none, so that every refinement computes its state again. As
 *     much again for the pictures that edits began with: beyond it the requests of the least recently used are
 *     forgotten first, but never those of the pictures that were used last
 */
public record SessionSettings(int maxRequests, long maxStateBytes) {
    public SessionSettings {
        if (maxRequests < 1) {
            throw new IllegalArgumentException("maxRequests: " + maxRequests + " (expected: at least 1)");
        }
        if (maxStateBytes < 0) {
            throw new IllegalArgumentException("maxStateBytes: " + maxStateBytes + " (expected: at least 0)");
        }
    }
}
