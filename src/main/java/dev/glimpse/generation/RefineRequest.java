package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import java.time.Duration;
import java.util.Optional;

/**
 * A refinement that a client of a session asks for.
 *
 * @param requestId the request of the same session that is refined, running or finished
 * @param of what the client calls that request
 * @param refinement how
 * @param preview which picture to show before the end
 * @param format layout of every picture's bytes
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 */
public record RefineRequest(
        String requestId,
        String of,
        Refinement refinement,
        PreviewKind preview,
        ImageFormat format,
        Optional<Duration> timeout) {

    /** A refinement of a request that the client calls by its request id. */
    public RefineRequest(
            String requestId,
            Refinement refinement,
            PreviewKind preview,
            ImageFormat format,
            Optional<Duration> timeout) {
        this(requestId, requestId, refinement, preview, format, timeout);
    }

    /** The same of a request that the client calls otherwise. */
    RefineRequest called(String name) {
        return new RefineRequest(requestId, name, refinement, preview, format, timeout);
    }
}
