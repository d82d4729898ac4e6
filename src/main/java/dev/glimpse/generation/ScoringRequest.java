package dev.glimpse.generation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a client wants to know the likelihood of.
 *
 * @param model name of the model; empty for the server's default
 * @param version version of the model; empty for the version served by default
 * @param pictures at least one
 * @param seed key of all noise; all 64 bits count
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 */
public record ScoringRequest(
        String model,
        String version,
        List<Picture> pictures,
        ScoringMethod method,
        long seed,
        Optional<Duration> timeout) {
    public ScoringRequest {
        pictures = List.copyOf(pictures);
        if (pictures.isEmpty()) {
            throw new InvalidFieldException("pictures", "none", "at least 1");
        }
    }

    /**
     * A picture of the client's.
     *
     * @param label its class; absent for a model without classes alone
     */
    public record Picture(EditRequest.Picture image, Optional<ClassLabel> label) {}
}
